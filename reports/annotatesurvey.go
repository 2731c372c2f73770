package reports

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// survey reads the sheet once: is it of the form that is expected, and behind
// which column is it empty.
func (a *annotator) survey(sheet *zip.File) (first int, err error) {
	r, err := sheet.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	c := newCopier(r)
	first = a.original.Columns
	row, column := 0, -1
	filled := func() { first = max(first, column+1) }
	for {
		token, _, err := c.next()
		if errors.Is(err, io.EOF) {
			return first, nil
		}
		if err != nil {
			return 0, err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch {
		case c.depth == 1 && e.Name.Local != "worksheet":
			return 0, fmt.Errorf("it is a %s", e.Name.Local)
		case c.depth == 3 && e.Name.Local == "row":
			n, err := rowNumber(e, row)
			if err != nil {
				return 0, err
			}
			row, column = n, -1
		case c.depth == 4 && e.Name.Local == "c":
			n, err := cellColumn(e, column)
			if err != nil {
				return 0, fmt.Errorf("row %d: %w", row, err)
			}
			column = n
		case c.depth == 5 && c.names[3] == "c" && (e.Name.Local == "v" || e.Name.Local == "f" || e.Name.Local == "is"):
			filled()
		case c.depth == 3 && e.Name.Local == "mergeCell":
			ref, _ := attribute(e, "ref")
			_, end, _ := strings.Cut(ref, ":")
			if n, _, ok := cellPlace(end); ok {
				column = n
				filled()
			}
		}
	}
}

func rowNumber(e xml.StartElement, last int) (int, error) {
	text, there := attribute(e, "r")
	if !there {
		return last + 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= last {
		return 0, fmt.Errorf("a row of the number %q follows row %d", text, last)
	}
	return n, nil
}

func cellColumn(e xml.StartElement, last int) (int, error) {
	ref, there := attribute(e, "r")
	if !there {
		return last + 1, nil
	}
	n, _, ok := cellPlace(ref)
	if !ok || n <= last {
		return 0, fmt.Errorf("a cell of the name %q is out of order", ref)
	}
	return n, nil
}
