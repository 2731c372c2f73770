package book

import (
	"context"
	"errors"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// xlsxSource reads one sheet of a workbook.
type xlsxSource struct {
	archive *archive
	part    string
	texts   cellTexts
	tall    []span // cells that are merged over several rows, of the last pass
}

func (s *xlsxSource) records(ctx context.Context, each func(*record) error) error {
	p, err := s.archive.open(ctx, s.part)
	if err != nil {
		return err
	}
	p.ahead()
	defer p.Close()
	var rec record
	s.tall, err = scanSheet(p, func(row int, hidden bool, cells []rawCell, wide int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec.number, rec.hidden, rec.wide = row, hidden, wide
		rec.cells, rec.faults, rec.trimmed = rec.cells[:0], nil, rec.trimmed[:0]
		for i := range cells {
			text, fault, err := s.texts.text(row, &cells[i])
			if err != nil {
				return err
			}
			if s.texts.trimmed {
				rec.trimmed = append(rec.trimmed, cells[i].column)
			}
			if fault != nil {
				rec.faults = append(rec.faults, *fault)
			}
			if text == "" {
				continue
			}
			for len(rec.cells) < cells[i].column {
				rec.cells = append(rec.cells, "")
			}
			rec.cells = append(rec.cells, text)
		}
		return each(&rec)
	})
	return err
}

// sheetScan reads the XML of one sheet (ECMA-376, part 1, 18.3.1.99).
type sheetScan struct {
	part   *part
	tokens *sheetxml.Scanner
	row    int // the last row that began
	hidden bool
	cells  []rawCell
	ends   []int  // where each cell's value ends in values
	values []byte // of the current row
	last   int    // the column of the row's last cell, -1 before the first; empty cells count
	tall   []span // cells that are merged over several rows
}

// scanSheet calls each for every row of the sheet's XML, with the cells that are not empty, which are valid until
// each returns, and with the width of the row including its empty cells. Row numbers increase strictly, and so do the
// columns within a row. It returns no error only if the whole sheet was read, and then
// the cells that are merged over several rows.
func scanSheet(p *part, each func(row int, hidden bool, cells []rawCell, wide int) error) ([]span, error) {
	s := &sheetScan{part: p, tokens: newTokens(p)}
	var stopped error // an error of each, returned unchanged
	err := s.sheet(func(row int, hidden bool, cells []rawCell, wide int) error {
		stopped = each(row, hidden, cells, wide)
		return stopped
	})
	var m *pipeline.Mistake
	if stopped != nil || !errors.As(err, &m) || m.Place.Row > 0 {
		return s.tall, err
	}
	where := *m
	where.Place.Row = max(s.row, 1)
	return nil, &where
}

func (s *sheetScan) sheet(each func(int, bool, []rawCell, int) error) error {
	if err := s.part.root(s.tokens, "worksheet"); err != nil {
		return err
	}
	found := false
	err := s.tokens.Children(func(child *sheetxml.Element) error {
		switch {
		case sheetxml.IsMain(child.Name, "mergeCells"):
			return s.mergeCells()
		case !sheetxml.IsMain(child.Name, "sheetData"):
			return s.tokens.Skip()
		}
		if found {
			return s.part.damaged()
		}
		found = true
		return s.tokens.Children(func(row *sheetxml.Element) error {
			if !sheetxml.IsMain(row.Name, "row") {
				return s.part.damaged()
			}
			number, err := s.number(row)
			if err != nil {
				return err
			}
			// Some programs write one row in several pieces.
			if number != s.row {
				if err := s.flush(each); err != nil {
					return err
				}
				s.begin(number)
			}
			return s.readRow(row)
		})
	})
	if err == nil {
		err = s.flush(each)
	}
	if err != nil {
		return err
	}
	if !found {
		return s.part.damaged()
	}
	return s.tokens.Finish()
}

// number returns the number of a row, which may be the same as the previous one.
func (s *sheetScan) number(start *sheetxml.Element) (int, error) {
	row := s.row + 1
	if r := start.Value("r"); r != "" {
		var ok bool
		if row, ok = parseIndex(r, pipeline.MaxRows); !ok {
			return 0, pipeline.Wrong("book.row_number_invalid").Advise(saveAgain())
		}
	}
	if row > pipeline.MaxRows {
		return 0, pipeline.Wrong("book.too_many_rows").Advise(saveAgain())
	}
	if row < s.row {
		return 0, pipeline.Wrong("book.rows_not_in_order").Advise(saveAgain())
	}
	return row, nil
}

// begin prepares for reading a row.
func (s *sheetScan) begin(row int) {
	s.row, s.hidden, s.last = row, false, -1
	s.cells, s.ends, s.values = s.cells[:0], s.ends[:0], s.values[:0]
}

// flush passes on the row that was read, if any.
func (s *sheetScan) flush(each func(int, bool, []rawCell, int) error) error {
	if s.row == 0 {
		return nil
	}
	// One conversion for the whole row, because a row has many cells.
	begin, all := 0, string(s.values)
	for i, end := range s.ends {
		s.cells[i].value = all[begin:end]
		begin = end
	}
	return each(s.row, s.hidden, s.cells, s.last+1)
}

func (s *sheetScan) readRow(start *sheetxml.Element) error {
	if hidden := start.Value("hidden"); hidden == "1" || hidden == "true" {
		s.hidden = true
	}
	return s.tokens.Children(func(child *sheetxml.Element) error {
		switch {
		case sheetxml.IsMain(child.Name, "c"):
			return s.readCell(child)
		case sheetxml.IsMain(child.Name, "extLst"):
			return s.tokens.Skip()
		}
		return s.part.damaged()
	})
}

func (s *sheetScan) readCell(start *sheetxml.Element) error {
	c := rawCell{column: s.last + 1}
	for _, a := range start.Attr {
		if a.Name.Space != "" {
			continue
		}
		switch a.Name.Local {
		case "r":
			at, row, ok := parseRef(a.Value)
			if !ok || row != s.row {
				return pipeline.Wrong("book.cell_reference_invalid").Advise(saveAgain())
			}
			c.column = at
		case "t":
			c.kind = s.tokens.Kept(a.Value)
		case "s":
			c.style = s.tokens.Kept(a.Value)
		case "vm":
			c.rich = true
		}
	}
	switch {
	case c.column >= pipeline.MaxColumns:
		return pipeline.Wrong("book.too_many_cells_in_row").Advise(saveAgain())
	case c.column <= s.last:
		return pipeline.Wrong("book.cells_not_in_order").Advise(saveAgain())
	}
	s.last = c.column
	err := s.tokens.Children(func(child *sheetxml.Element) error {
		var err error
		switch {
		case sheetxml.IsMain(child.Name, "f"):
			c.formula = true
			return s.tokens.Skip()
		case sheetxml.IsMain(child.Name, "v"):
			if c.stored {
				return s.part.damaged()
			}
			c.stored = true
			s.values, err = s.tokens.AppendText(s.values)
			return err
		case sheetxml.IsMain(child.Name, "is"):
			if c.stored || c.kind != "inlineStr" {
				return s.part.damaged()
			}
			c.stored = true
			s.values, err = richText(s.tokens, s.values)
			return err
		case sheetxml.IsMain(child.Name, "extLst"):
			return s.tokens.Skip()
		}
		// If it were skipped, a cell that has a value could silently become empty.
		return s.part.damaged()
	})
	if err != nil {
		return err
	}
	if c.stored || c.formula {
		s.cells = append(s.cells, c)
		s.ends = append(s.ends, len(s.values))
	}
	return nil
}

// parseRef parses a cell reference such as XFD1048576, in upper or lower case.
func parseRef[T string | []byte](ref T) (column, row int, ok bool) {
	letters := 0
	for ; letters < len(ref); letters++ {
		c := ref[letters] &^ ('a' - 'A')
		if c < 'A' || c > 'Z' {
			break
		}
		if letters == 3 {
			return 0, 0, false
		}
		column = column*26 + int(c-'A') + 1
	}
	if letters == 0 || letters == len(ref) {
		return 0, 0, false
	}
	row, ok = parseIndex(ref[letters:], pipeline.MaxRows)
	return column - 1, row, ok && column <= pipeline.MaxColumns
}

// parseIndex parses a number from 1 to most.
func parseIndex[T string | []byte](s T, most int) (int, bool) {
	if len(s) == 0 || len(s) > 7 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, n >= 1 && n <= most
}
