package book

import (
	"context"
	"errors"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

var errColumnsRead = errors.New("columns read")

// HiddenColumns are the positions in the header, ascending, of the columns that the workbook hides; none for a CSV.
func (b *Book) HiddenColumns(ctx context.Context) (hidden []int, err error) {
	s, ok := b.source.(*xlsxSource)
	if !ok {
		return nil, nil
	}
	p, err := s.archive.open(ctx, s.part)
	if err != nil {
		return nil, err
	}
	defer p.Close() // it is only read
	hide := func(first, last int) {
		for i := first; i <= last; i++ {
			if at := b.headerColumn(i); at >= 0 && at < len(b.Header()) {
				hidden = append(hidden, at)
			}
		}
	}
	tokens := newTokens(p)
	if err := p.root(tokens, "worksheet"); err != nil {
		return nil, err
	}
	// The columns come before the rows (ECMA-376, part 1, 18.3.1.99).
	err = tokens.Children(func(child *sheetxml.Element) error {
		switch {
		case sheetxml.IsMain(child.Name, "sheetData"):
			return errColumnsRead
		case !sheetxml.IsMain(child.Name, "cols"):
			return tokens.Skip()
		}
		return tokens.Children(func(c *sheetxml.Element) error {
			first, okFirst := parseIndex(c.Value("min"), pipeline.MaxColumns)
			last, okLast := parseIndex(c.Value("max"), pipeline.MaxColumns)
			if h := c.Value("hidden"); okFirst && okLast && (h == "1" || h == "true") {
				hide(first-1, last-1)
			}
			return tokens.Skip()
		})
	})
	if errors.Is(err, errColumnsRead) {
		err = nil
	}
	return hidden, err
}

// headerColumn is the position in the header of a column of the sheet, from 0; -1 for muster's own in a sheet Fix.
func (b *Book) headerColumn(column int) int {
	switch x := b.fix; {
	case x == nil:
		return column
	case column < x.lead:
		return -1
	case x.own >= 0 && column-x.lead >= x.own:
		return column - x.lead + 1
	default:
		return column - x.lead
	}
}
