package book

import (
	"context"
	"strings"

	"muster/pipeline"
)

// withoutHeader gives a book without a header one whose columns are named by their letters: as many as the widest row
// has.
func (b *Book) withoutHeader(o Options) error {
	if t, err := readTop(b.source, Options{}); err == nil {
		b.keepTop(t)
	}
	width := 0
	err := b.source.records(context.Background(), func(r *record) error {
		for i := len(r.cells); i > width; i-- {
			if r.cells[i-1] != "" {
				width = i
			}
		}
		for _, f := range r.faults {
			width = max(width, f.column+1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if width == 0 {
		return b.noHeader()
	}
	b.header = make([]pipeline.Column, width)
	for i := range b.header {
		b.header[i] = pipeline.Column{Index: i, Name: pipeline.ColumnLetters(i)}
	}
	b.around.why = WhyNone
	b.matchLetters(o)
	if s, ok := b.source.(*csvSource); ok {
		b.halves = s.halfRows(0, s.usual)
		b.halves.moves.learn(b.top, 0, s.usual)
	}
	return nil
}

// matchLetters compares the wanted tables with columns that are named by their letters.
func (b *Book) matchLetters(o Options) {
	b.matches, b.meant = make([]Match, len(o.Wanted)), -1
	for i, w := range o.Wanted {
		n := w.Fits(b.header)
		b.matches[i] = Match{Sheet: b.sheet, Header: b.header, Fits: n, Whole: n > 0 && n == w.Names}
		if n > 0 && (b.meant < 0 || b.matches[i].better(&b.matches[b.meant])) {
			b.meant = i
		}
	}
}

// likeARow refuses a header that looks like a row of the book: it has an e-mail address, or a number as long as those
// of keys and phones, and so has the row below it in the same column, if there is one. Names alone prove nothing.
func likeARow(header, below *record) error {
	for i, cell := range header.cells {
		kind := telling(cell)
		if kind == "" || below != nil && (i >= len(below.cells) || telling(below.cells[i]) != kind) {
			continue
		}
		return pipeline.Wrong("book.header_like_row", "row", header.number).
			Try("book.without_header", "row", header.number)
	}
	return nil
}

// telling is the kind of a cell that no header has: an e-mail address, or a number of at least seven digits that is
// not a date; "" for any other.
func telling(cell string) string {
	if local, domain, ok := strings.Cut(cell, "@"); ok {
		if local == "" || strings.ContainsAny(cell, " \t\n") || !strings.Contains(domain, ".") {
			return ""
		}
		return "e-mail"
	}
	digits := 0
	for _, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune("+-.()/ \u00a0", c):
			return ""
		}
	}
	if digits < 7 || digits > 15 || isDate(cell) || isDayNumber(cell) {
		return ""
	}
	return "number"
}

// isDayNumber recognises a date of eight digits, 20260131.
func isDayNumber(cell string) bool {
	return len(cell) == 8 && onlyDigits(cell) && (cell[:2] == "19" || cell[:2] == "20") && cell[4:6] <= "12" &&
		cell[6:] <= "31"
}
