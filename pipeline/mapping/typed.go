package mapping

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"
)

// sheetForm is what the header of a page may and must name.
type sheetForm struct {
	columns, required []string
	advice            string // says so to people
}

// readTyped reads a page record by record. What is wrong is told with the
// file's line, of a workbook with the sheet's row.
func readTyped[T any](p *page, form sheetForm, each func(record T, number int) *mistake) *Error {
	r := p.records
	var zero T
	u, err := gocsv.NewUnmarshaller(r, zero)
	if errors.Is(err, io.EOF) {
		return p.fail(0, form.advice, errors.New("is empty"))
	} else if err != nil {
		return p.sheetFault(err)
	}
	if err := form.check(u.Headers); err != nil {
		return p.fail(p.number(0), form.advice, err)
	}
	for i := 1; ; i++ {
		record, err := u.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return p.sheetFault(err)
		}
		if wrong := each(record.(T), p.number(i)); wrong != nil {
			return p.fail(p.number(i), wrong.hint, wrong)
		}
	}
}

func separator(header string) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

func (f sheetForm) check(header []string) error {
	var seen []string
	for _, h := range header {
		switch {
		case h == "":
		case !slices.Contains(f.columns, h):
			return fmt.Errorf("the column %q is not known", h)
		case slices.Contains(seen, h):
			return fmt.Errorf("the column %q stands there twice", h)
		}
		seen = append(seen, h)
	}
	for _, want := range f.required {
		if !slices.Contains(seen, want) {
			return fmt.Errorf("the column %q is missing", want)
		}
	}
	return nil
}

// sheetFault is err with the line on which its record begins: a quote that is
// never closed is at fault there, not at the end of the file.
func (p *page) sheetFault(err error) *Error {
	var parse *csv.ParseError
	switch {
	case !errors.As(err, &parse):
		return p.fail(0, "", err)
	case errors.Is(err, csv.ErrFieldCount):
		return p.fail(parse.StartLine, "a cell that holds the separator stands in double quotes, as in \"left-pad(9,0)\"", errors.New("has more or fewer cells than the header"))
	}
	return p.fail(parse.StartLine, "a cell that holds a double quote stands in double quotes, and the quote in it is written twice", parse.Err)
}
