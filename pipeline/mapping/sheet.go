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

	"muster/pipeline"
)

// Sheet is a mapping sheet as a person wrote it.
type Sheet struct {
	path  string
	lines []line
}

type line struct {
	Field  string `csv:"field"`
	Column string `csv:"column"`
	Value  string `csv:"value"`
	Note   string `csv:"note"` // for people; never read

	number int // line of the file
}

// sheetColumns are the columns that a mapping sheet may have.
var sheetColumns = []string{"field", "column", "value", "note"}

// ReadSheet reads a mapping sheet: a CSV of field, column and value (and a
// note, for people), separated by commas, semicolons or tabs as Excel saves it.
func ReadSheet(path string) (*Sheet, error) {
	fail := func(number int, hint string, err error) (*Sheet, error) {
		return nil, &Error{Path: path, Line: number, Err: err, Hint: hint}
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
		return fail(0, "save the mapping as CSV UTF-8", errors.New("is a workbook, and a CSV is wanted"))
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return fail(0, "save the mapping as CSV UTF-8", errors.New("is not in UTF-8"))
	}
	first, _, _ := strings.Cut(string(data), "\n")
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(first)
	r.TrimLeadingSpace = r.Comma != '\t' // people type a space after a comma, also before a quoted cell
	var lines []line
	u, err := gocsv.NewUnmarshaller(r, line{})
	if errors.Is(err, io.EOF) {
		return fail(0, sheetAdvice, errors.New("is empty"))
	} else if err != nil {
		number, fault := sheetFault(err)
		return fail(number, "", fault)
	}
	if err := checkHeader(u.Headers); err != nil {
		return fail(1, sheetAdvice, err)
	}
	for {
		record, err := u.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			number, fault := sheetFault(err)
			return fail(number, "", fault)
		}
		l := record.(line)
		l.number, _ = r.FieldPos(0)
		l.Field, l.Column, l.Value = pipeline.Trim(l.Field), pipeline.Trim(l.Column), pipeline.Trim(l.Value)
		if l.Field == "" && l.Column == "" && l.Value == "" {
			continue
		}
		if l.Field == "" {
			return fail(l.number, "name the field, or delete the line", errors.New("the field is empty"))
		}
		lines = append(lines, l)
	}
	return &Sheet{path: path, lines: lines}, nil
}

// Path is the sheet's, as the user gave it.
func (s *Sheet) Path() string { return s.path }

func separator(header string) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

func checkHeader(header []string) error {
	var seen []string
	for _, h := range header {
		switch {
		case h == "":
		case !slices.Contains(sheetColumns, h):
			return fmt.Errorf("the column %q is not known", h)
		case slices.Contains(seen, h):
			return fmt.Errorf("the column %q stands there twice", h)
		}
		seen = append(seen, h)
	}
	for _, want := range sheetColumns[:1] {
		if !slices.Contains(seen, want) {
			return fmt.Errorf("the column %q is missing", want)
		}
	}
	return nil
}

const sheetAdvice = "a mapping sheet has the columns field, column and value"

// sheetFault is err with the line on which its record begins: a quote that is
// never closed is at fault there, not at the end of the file.
func sheetFault(err error) (number int, fault error) {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return 0, err
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return parse.StartLine, errors.New("has more or fewer cells than the header")
	}
	return parse.StartLine, parse.Err
}
