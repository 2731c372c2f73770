package reports

import (
	"archive/zip"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// survey reads the sheet once: it checks its form, and finds the first column at or after columns from which on it is
// empty.
func survey(sheet *zip.File, columns int) (first int, err error) {
	r, err := sheet.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	s := sheetxml.NewScanner(sheetxml.UTF8(r), sheetxml.Options{})
	root, err := s.Root()
	if err != nil {
		return 0, err
	}
	if root.Name.Local != "worksheet" {
		return 0, pipeline.Fail("report.no_worksheet", "element", root.Name.Local)
	}
	first = columns
	err = s.Children(func(part *sheetxml.Element) error {
		switch part.Name.Local {
		case "sheetData":
			end, err := surveyRows(s)
			first = max(first, end)
			return err
		case "mergeCells":
			return s.Children(func(merged *sheetxml.Element) error {
				_, last, _ := strings.Cut(merged.Value("ref"), ":")
				if column, _, ok := cellPlace(last); ok {
					first = max(first, column+1)
				}
				return s.Skip()
			})
		}
		return s.Skip()
	})
	if err == nil {
		err = s.Finish()
	}
	return first, err
}

// surveyRows returns the first column that is empty in all rows.
func surveyRows(s *sheetxml.Scanner) (first int, err error) {
	row := 0
	err = s.Children(func(e *sheetxml.Element) (err error) {
		if e.Name.Local != "row" {
			return s.Skip()
		}
		if row, err = rowNumber(e, row); err != nil {
			return err
		}
		column := -1
		return s.Children(func(e *sheetxml.Element) (err error) {
			if e.Name.Local != "c" {
				return s.Skip()
			}
			if column, err = cellColumn(e, column); err != nil {
				return pipeline.Fail("report.bad_row", "row", row, "cause", err)
			}
			return s.Children(func(inside *sheetxml.Element) error {
				switch inside.Name.Local {
				case "v", "f", "is":
					first = max(first, column+1)
				}
				return s.Skip()
			})
		})
	})
	return first, err
}

func rowNumber(e *sheetxml.Element, last int) (int, error) {
	text := e.Value("r")
	if text == "" {
		return last + 1, nil
	}
	n, err := strconv.Atoi(text)
	if err == nil && n == last {
		return 0, pipeline.Fail("report.row_in_pieces", "row", n)
	}
	if err != nil || n < last {
		return 0, pipeline.Fail("report.bad_row_number", "number", text, "last", last)
	}
	return n, nil
}

func cellColumn(e *sheetxml.Element, last int) (int, error) {
	ref := e.Value("r")
	if ref == "" {
		return last + 1, nil
	}
	n, _, ok := cellPlace(ref)
	if !ok || n <= last {
		return 0, pipeline.Fail("report.bad_cell_name", "cell", ref)
	}
	return n, nil
}

// cellPlace reads a cell's name such as F17; column counts from 0.
func cellPlace(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		letter := ref[i] &^ ('a' - 'A')
		if letter < 'A' || letter > 'Z' {
			break
		}
		column = column*26 + int(letter-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return column - 1, row, i > 0 && err == nil && row > 0
}
