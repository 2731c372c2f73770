package mapping

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gocarina/gocsv"
)

// sheetForm is what the header of a small CSV may and must name.
type sheetForm struct {
	columns, required []string
	advice            string // says so to people
}

// readTyped reads a small CSV that a person edits, record by record: a mapping
// sheet or a table. It is in UTF-8, with or without a byte-order mark, its cells
// parted by commas, semicolons or tabs. What is wrong is told with the file's
// line.
func readTyped[T any](path string, form sheetForm, each func(record T, number int) *mistake) *Error {
	fail := func(number int, hint string, err error) *Error {
		return &Error{Path: path, Line: number, Err: err, Hint: hint}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return fail(0, "", fmt.Errorf("cannot be read: %w", err))
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return fail(0, "save it as CSV UTF-8", errors.New("is a workbook, and a CSV is wanted"))
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return fail(0, "save it as CSV UTF-8", errors.New("is not in UTF-8"))
	}
	first, _, _ := strings.Cut(string(data), "\n")
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(first)
	r.TrimLeadingSpace = r.Comma != '\t' // people type a space after a comma, also before a quoted cell
	var zero T
	u, err := gocsv.NewUnmarshaller(r, zero)
	if errors.Is(err, io.EOF) {
		return fail(0, form.advice, errors.New("is empty"))
	} else if err != nil {
		return sheetFault(err, fail)
	}
	if err := form.check(u.Headers); err != nil {
		return fail(1, form.advice, err)
	}
	for {
		record, err := u.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return sheetFault(err, fail)
		}
		number, _ := r.FieldPos(0)
		if wrong := each(record.(T), number); wrong != nil {
			return fail(number, wrong.hint, wrong)
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
func sheetFault(err error, fail func(int, string, error) *Error) *Error {
	var parse *csv.ParseError
	switch {
	case !errors.As(err, &parse):
		return fail(0, "", err)
	case errors.Is(err, csv.ErrFieldCount):
		return fail(parse.StartLine, "a cell that holds the separator stands in double quotes, as in \"left-pad(9,0)\"", errors.New("has more or fewer cells than the header"))
	}
	return fail(parse.StartLine, "a cell that holds a double quote stands in double quotes, and the quote in it is written twice", parse.Err)
}
