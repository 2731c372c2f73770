package book

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// below holds back rows that may be below the table: a total, or a remark. They are rows if a row of the table
// follows.
type below struct {
	keys []int // columns by which a row of the table is recognised; nil for none
	all  bool  // rows below the table count too
	seen bool  // a row of the table was read
	kept []keptRow
	left []int // numbers in the last pass of rows taken for totals or remarks
	// repeated are the numbers in the last pass of rows that repeat the header.
	repeated []int
}

type keptRow struct {
	row pipeline.Row
	at  int
}

// remarksKept is how many rows are held back: a table has no more remarks below it.
const remarksKept = 100

// KnowKeys sets the columns that are filled in rows of the table, by index: those of keys, addresses and phones.
// Later passes leave out rows below the last of those rows that call themselves totals or remarks, or have one cell
// only; see [Book.Below]. In a sheet Fix all rows count.
func (b *Book) KnowKeys(columns []int) {
	if b.fix == nil {
		b.below.keys = slices.Clone(columns)
	}
}

// Below says which rows the last call of [Book.Rows] took for totals or remarks; nil when there were none.
func (b *Book) Below() *pipeline.Message {
	if len(b.below.left) == 0 {
		return nil
	}
	return pipeline.Say("book.rows_below_table", "count", len(b.below.left), "rows", slices.Clone(b.below.left))
}

// begin starts a pass.
func (x *below) begin() {
	x.seen, x.kept, x.left, x.repeated = false, nil, x.left[:0], x.repeated[:0]
}

// keeps reports whether a row is held back until the rows after it are known.
func (x *below) keeps(row pipeline.Row, at int) bool {
	if len(x.keys) == 0 || x.all {
		return false
	}
	isKey := func(i int) bool { return row.Cells[i] != "" && !isTotal(row.Cells[i]) }
	if slices.ContainsFunc(x.keys, isKey) && !x.counts(row) {
		x.seen = true
		return false
	}
	if !x.seen || len(x.kept) == remarksKept || !isRemark(row) {
		return false
	}
	row.Cells = slices.Clone(row.Cells)
	for i, c := range row.Cells {
		row.Cells[i] = strings.Clone(c)
	}
	x.kept = append(x.kept, keptRow{row, at})
	return true
}

// release returns the rows that were held back, because a row of the table follows.
func (x *below) release() []keptRow {
	kept := x.kept
	x.kept = nil
	return kept
}

// end ends a pass: rows that are held back are below the table.
func (x *below) end() {
	for _, k := range x.kept {
		x.left = append(x.left, k.row.Number)
	}
	x.kept = nil
}

// isRemark reports whether a row has one cell only, or calls itself a total or remark.
func isRemark(row pipeline.Row) bool {
	filled := 0
	for _, c := range row.Cells {
		if c != "" {
			filled++
		}
	}
	for _, p := range row.Problems {
		switch p.Code {
		case pipeline.ProblemHalfRow:
			return false
		case pipeline.ProblemExtraCell:
			filled++
		}
	}
	return filled == 1 || slices.ContainsFunc(row.Cells, saysTotal)
}

// mostInTotal is how many cells a total has that counts rows: its words, their number, and a sum.
const mostInTotal = 3

// counts reports whether a row is a total whose number is in a column of keys, as in TOTAL COMERCIOS | 300: besides
// its words it has one number there, and at most half of its cells are filled. Other rows cost it little.
func (x *below) counts(row pipeline.Row) bool {
	most, filled, numbers := min(mostInTotal, (len(row.Cells)+1)/2), 0, 0
	for _, c := range row.Cells {
		if c == "" {
			continue
		}
		if filled++; filled > most {
			return false
		}
	}
	for _, i := range x.keys {
		if c := row.Cells[i]; c != "" && !isTotal(c) {
			if numbers++; !isCount(c) {
				return false
			}
		}
	}
	return numbers == 1 && slices.ContainsFunc(row.Cells, saysTotal)
}

// isCount reports whether a cell may count rows: 300, 1.204. Numbers by which customers are known are longer.
func isCount(cell string) bool {
	digits := 0
	for _, r := range cell {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case r != '.' && r != ',':
			return false
		}
	}
	return 0 < digits && digits <= 5
}

// isTotal reports whether a cell in a column of keys is the word of a total, and not a key: it has no digit.
func isTotal(cell string) bool {
	return saysTotal(cell) && !strings.ContainsFunc(cell, unicode.IsDigit)
}

// totals are words for totals and remarks, and totalOf words that may follow them.
var (
	totals = []string{"total", "totales", "totals", "subtotal", "subtotales", "suma", "sumas", "sum", "soma", "nota",
		"notas", "note", "notes", "observacion", "observaciones", "remark", "remarks", "gran total", "grand total"}
	totalOf = []string{"general", "de", "of", "clientes", "comercios", "registros", "filas", "rows", "merchants",
		"customers", "records", "geral", "acumulado", "parcial"}
)

// saysTotal recognises Total, TOTAL:, Total general 12, Nota: ...; and not a merchant's name that begins so, Total
// Energía SAS.
func saysTotal(cell string) bool {
	if len(cell) < 3 || len(cell) > 4096 {
		return false
	}
	text := plainly.Replace(strings.ToLower(cell))
	for _, word := range totals {
		rest, ok := strings.CutPrefix(text, word)
		if !ok {
			continue
		}
		next := strings.TrimLeftFunc(rest, unicode.IsSpace)
		if first, _ := utf8.DecodeRuneInString(next); !unicode.IsLetter(first) {
			return true
		}
		following, _, _ := strings.Cut(next, " ")
		if next != rest && slices.Contains(totalOf, strings.TrimRight(following, ":.;,")) {
			return true
		}
	}
	return false
}

// plainly removes accents.
var plainly = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ç", "c", "ã", "a", "õ", "o")
