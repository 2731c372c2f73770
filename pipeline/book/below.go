package book

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// below keeps rows back that may stand below the table: a total, or a remark. They
// are rows where a row of the table follows.
type below struct {
	keys []int // columns by which a row of the table is known; nil where none are
	all  bool  // whatever stands below the table is a row
	seen bool  // a row of the table was
	kept []keptRow
	left []int // numbers of the last pass that were taken for totals or remarks
	// repeated are numbers of the last pass, of rows that have the header again.
	repeated []int
}

type keptRow struct {
	row pipeline.Row
	at  int
}

// remarksKept is how many rows are kept back: a table has no more below it.
const remarksKept = 100

// KnowKeys says in which columns rows of the table have something: those of keys,
// addresses and phones, by their index. Passes from then on leave out the rows below
// the last of them that say to be totals or remarks, or have one cell only; see
// [Book.Below]. Of a sheet Fix all rows are rows.
func (b *Book) KnowKeys(columns []int) {
	if b.fix == nil {
		b.below.keys = slices.Clone(columns)
	}
}

// Below says which rows the last call of [Book.Rows] took for totals or remarks; nil
// where there were none.
func (b *Book) Below() *pipeline.Message {
	if len(b.below.left) == 0 {
		return nil
	}
	return pipeline.Say("book.rows_below_table", "count", len(b.below.left), "rows", slices.Clone(b.below.left))
}

// begin begins a pass.
func (x *below) begin() {
	x.seen, x.kept, x.left, x.repeated = false, nil, x.left[:0], x.repeated[:0]
}

// keeps says that a row is kept back, for what follows to say what it is.
func (x *below) keeps(row pipeline.Row, at int) bool {
	if len(x.keys) == 0 || x.all {
		return false
	}
	if slices.ContainsFunc(x.keys, func(i int) bool { return row.Cells[i] != "" && !isTotal(row.Cells[i]) }) {
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

// release gives the rows that were kept back: a row of the table stands below.
func (x *below) release() []keptRow {
	kept := x.kept
	x.kept = nil
	return kept
}

// end ends a pass: what is kept back stands below the table.
func (x *below) end() {
	for _, k := range x.kept {
		x.left = append(x.left, k.row.Number)
	}
	x.kept = nil
}

// isRemark says that a row has one cell only, or says that it is none of the table.
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

// isTotal says that a cell in a column of keys is the word of a total and no key: there
// is no digit in it.
func isTotal(cell string) bool {
	return saysTotal(cell) && !strings.ContainsFunc(cell, unicode.IsDigit)
}

// totals are the words by which a row says that it is a total or a remark, and
// totalOf those that may follow.
var (
	totals = []string{"total", "totales", "totals", "subtotal", "subtotales", "suma", "sumas", "sum", "soma", "nota",
		"notas", "note", "notes", "observacion", "observaciones", "remark", "remarks", "gran total", "grand total"}
	totalOf = []string{"general", "de", "of", "clientes", "comercios", "registros", "filas", "rows", "merchants",
		"customers", "records", "geral", "acumulado", "parcial"}
)

// saysTotal knows Total, TOTAL:, Total general 12, Nota: ...; and not the name of a
// merchant that begins so, Total Energía SAS.
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

// plainly leaves the accents out.
var plainly = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ç", "c", "ã", "a", "õ", "o")
