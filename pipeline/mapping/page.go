package mapping

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// page is a small table that a person edits, a mapping sheet or a lookup table,
// whatever file it stands in: a CSV, or one sheet of a workbook.
type page struct {
	path  string
	sheet string // "" for a CSV
	// records are those that are not blank, the header first, each as long as it.
	records *csv.Reader
	// rows are the numbers of the records in the sheet; nil for a CSV, whose
	// reader knows the lines.
	rows []int
	// note says what was found out about the file rather than told.
	note string
}

// maxFile bounds a mapping sheet or a table, in bytes.
const maxFile = 8 << 20

func (p *page) fail(number int, hint string, err error) *Error {
	return &Error{Path: p.path, Sheet: p.sheet, Line: number, Err: err, Hint: hint}
}

// number is the line, or the sheet's row, of the i-th record, which was read
// last.
func (p *page) number(i int) int {
	if p.rows != nil {
		return p.rows[min(i, len(p.rows)-1)]
	}
	line, _ := p.records.FieldPos(0)
	return line
}

// readFile reads a file whole, for it is small.
func readFile(path string) ([]byte, *Error) {
	fail := func(hint, format string, args ...any) ([]byte, *Error) {
		return nil, &Error{Path: path, Hint: hint, Err: fmt.Errorf(format, args...)}
	}
	var data []byte
	f, err := os.Open(path)
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(f, maxFile+1))
		f.Close() // it was only read
	}
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	if err != nil {
		return fail("", "cannot be read: %w", err)
	}
	if len(data) > maxFile {
		return fail("is it the book?", "is larger than %d MiB, and no mapping is", maxFile>>20)
	}
	return data, nil
}

func isWorkbook(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// pageOfCSV reads a CSV whose cells are parted by commas, semicolons or tabs.
// Its mark says how it spells its text; without one it is UTF-8 or, where it
// cannot be, Windows-1252, as spreadsheet programs save it.
func pageOfCSV(path string, data []byte) (*page, *Error) {
	p := &page{path: path}
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, p.fail(0, "save it as XLSX without a password, or as CSV UTF-8", errors.New("is a workbook with a password, or of the old binary format"))
	}
	text, note, err := decoded(data)
	if err != nil {
		return nil, p.fail(0, "save it as CSV UTF-8", err)
	}
	p.note = note
	first, _, _ := strings.Cut(text, "\n")
	p.records = csv.NewReader(strings.NewReader(text))
	p.records.Comma = separator(first)
	p.records.TrimLeadingSpace = p.records.Comma != '\t' // people type a space after a comma, also before a quoted cell
	return p, nil
}

// decoded gives a text in UTF-8, with a sentence where its encoding is a guess.
func decoded(data []byte) (text, note string, err error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\ufeff"), "", nil
	case bytes.HasPrefix(data, []byte("\ufeff")) || mixed(data):
		return "", "", errors.New("is not in UTF-8 throughout: it is damaged, or mixes encodings")
	default:
		from, note = charmap.Windows1252, "read as Windows-1252, since it is not UTF-8"
	}
	out, err := from.NewDecoder().Bytes(data)
	switch {
	case err != nil:
		return "", "", fmt.Errorf("is in no encoding that muster reads: %w", err)
	case bytes.ContainsRune(out, utf8.RuneError) || bytes.ContainsFunc(out, func(r rune) bool { return r == 0 || r >= 0x80 && r < 0xa0 }):
		return "", "", errors.New("is neither in UTF-8 nor in Windows-1252 or UTF-16")
	}
	return string(out), note, nil
}

// mixed: most of what is beyond ASCII is UTF-8, so that the text is UTF-8 with
// damaged places and no Windows-1252.
func mixed(data []byte) bool {
	whole, broken := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			whole++
		}
		data = data[size:]
	}
	return whole > broken
}
