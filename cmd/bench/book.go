package main

import (
	"bufio"
	"embed"
	"fmt"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"
)

// books has a made-up book for each provider that is measured, named after it: a header, a row without problems and one
// with problems, in which %[1]d is the number of the row.
//
//go:embed books/*.csv
var books embed.FS

// pattern is what the rows of a provider's book are made from.
type pattern struct{ header, ready, broken string }

func patternOf(provider string) (pattern, error) {
	text, err := books.ReadFile("books/" + provider + ".csv")
	if err != nil {
		return pattern{}, err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 3 {
		return pattern{}, fmt.Errorf("books/%s.csv has %d lines: want a header and two rows", provider, len(lines))
	}
	return pattern{lines[0], lines[1], lines[2]}, nil
}

// row returns the i-th row. One row in broken has problems; with 0, none has.
func (p *pattern) row(i, broken int) string {
	if broken > 0 && i%broken == broken-1 {
		return fmt.Sprintf(p.broken, i)
	}
	return fmt.Sprintf(p.ready, i)
}

// writeCSV writes a book of that many rows.
func (p *pattern) writeCSV(path string, rows, broken int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, p.header)
	for i := range rows {
		fmt.Fprintln(w, p.row(i, broken))
	}
	if err := w.Flush(); err != nil {
		f.Close() // the file is abandoned; err is what matters
		return err
	}
	return f.Close()
}

// writeXLSX writes the same book as a workbook, all cells text. No cell of a
// pattern has a comma.
func (p *pattern) writeXLSX(path string, rows, broken int) error {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	var cells []any
	for i := range rows + 1 {
		line := p.header
		if i > 0 {
			line = p.row(i-1, broken)
		}
		cells = cells[:0]
		for cell := range strings.SplitSeq(line, ",") {
			cells = append(cells, cell)
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SaveAs(path)
}
