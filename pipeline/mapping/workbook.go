package mapping

import (
	archive "archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// A workbook of mappings is small; these bounds are far beyond any that a
// person keeps.
const (
	maxUnpacked = 32 << 20 // bytes of all its parts
	maxRows     = 100_000  // of a sheet, empty ones counted
	maxCells    = 100_000  // of a sheet, empty ones before filled ones counted
)

// workbook gives the sheets of a workbook as pages.
type workbook struct {
	path string
	file *excelize.File
	// names are those of its sheets, in order; visible are those that are shown.
	names, visible []string
}

// openWorkbook reads a workbook from memory.
func openWorkbook(path string, data []byte) (w *workbook, refused *Error) {
	w = &workbook{path: path}
	// The library trusts what it reads more than a file deserves.
	defer func() {
		if recover() != nil {
			w, refused = nil, w.damaged("")
		}
	}()
	if refused := w.whole(data); refused != nil {
		return nil, refused
	}
	var err error
	// With both limits the same, nothing is spooled to a file.
	w.file, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true})
	if err != nil {
		return nil, w.damaged("")
	}
	for _, name := range w.file.GetSheetList() {
		shown, err := w.file.GetSheetVisible(name)
		if err != nil {
			return nil, w.damaged(name)
		}
		w.names = append(w.names, name)
		if shown {
			w.visible = append(w.visible, name)
		}
	}
	return w, nil
}

// whole looks at all parts that are XML, for the library takes a sheet that
// breaks off for a short one.
func (w *workbook) whole(data []byte) *Error {
	z, err := archive.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, archive.ErrInsecurePath) { // nothing is unpacked to a path
		return w.damaged("")
	}
	left := int64(maxUnpacked)
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			return w.damaged("")
		}
		limited := &io.LimitedReader{R: r, N: left + 1}
		name := strings.ToLower(part.Name)
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			err = wellFormed(limited)
		}
		if _, more := io.Copy(io.Discard, limited); err == nil {
			err = more
		}
		if left = limited.N - 1; left < 0 {
			return &Error{Path: w.path, Hint: "is it the book?", Err: fmt.Errorf("unpacks to more than %d MiB, and no mapping does", maxUnpacked>>20)}
		}
		if err = errors.Join(err, r.Close()); err != nil {
			return w.damaged("")
		}
	}
	return nil
}

var errDirective = errors.New("a document type declaration")

func wellFormed(from io.Reader) error {
	dec := xml.NewDecoder(from)
	for depth := 0; ; {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			if depth != 0 {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > 256 {
				return errDirective
			}
		case xml.EndElement:
			depth--
		case xml.Directive:
			return errDirective
		}
	}
}

func (w *workbook) damaged(sheet string) *Error {
	return &Error{Path: w.path, Sheet: sheet, Hint: "open it in a spreadsheet program and save it again as XLSX", Err: errors.New("is damaged, or no XLSX workbook")}
}

// named is the sheet of that name, as the workbook spells it or, as names of
// sheets ignore case, otherwise; "" when there is none.
func (w *workbook) named(name string) string {
	for _, same := range []func(string) bool{
		func(s string) bool { return s == name },
		func(s string) bool { return strings.EqualFold(s, name) },
	} {
		if i := slices.IndexFunc(w.names, same); i >= 0 {
			return w.names[i]
		}
	}
	return ""
}

// withColumn is the first visible sheet whose header has the column; "" when
// none has it.
func (w *workbook) withColumn(column string) (string, *Error) {
	for _, name := range w.visible {
		p, refused := w.page(name, 1)
		if refused != nil {
			return "", refused
		}
		header, err := p.records.Read()
		if err == nil && slices.Contains(header, column) {
			return name, nil
		}
	}
	return "", nil
}

// page reads the first rows of a sheet that are not blank, 0 for all. Cells are
// text as a book's are: a number as it is, a number that a format fills up with
// zeros as it is shown.
func (w *workbook) page(sheet string, most int) (p *page, refused *Error) {
	p = &page{path: w.path, sheet: sheet, rows: []int{}}
	defer func() {
		if recover() != nil {
			p, refused = nil, w.damaged(sheet)
		}
	}()
	raw, err := w.file.Rows(sheet)
	if err != nil {
		return nil, p.fail(0, "", errors.New("is no sheet of rows"))
	}
	shown, err := w.file.Rows(sheet)
	if err != nil {
		return nil, w.damaged(sheet)
	}
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	width, cells := 0, 0
	for number := 1; raw.Next() && shown.Next(); number++ {
		values, err1 := raw.Columns(excelize.Options{RawCellValue: true})
		seen, err2 := shown.Columns(excelize.Options{RawCellValue: false})
		if err1 != nil || err2 != nil {
			return nil, w.damaged(sheet)
		}
		if cells += len(values); number > maxRows || cells > maxCells {
			return nil, p.fail(number, "is it the book?", fmt.Errorf("the sheet has more than %d rows or cells, and no mapping has", maxCells))
		}
		for i, v := range values {
			as := ""
			if i < len(seen) {
				as = seen[i]
			}
			if values[i], err = cellText(v, as); err != nil {
				return nil, p.fail(number, "format the cell as text and enter the value again", fmt.Errorf("%s %w", pipeline.CellRef(i, number), err))
			}
		}
		for len(values) > 0 && values[len(values)-1] == "" {
			values = values[:len(values)-1]
		}
		if len(values) == 0 {
			continue
		}
		if width == 0 {
			width = len(values)
		}
		if len(values) > width {
			return nil, p.fail(number, "give the column a header, or empty the cell", fmt.Errorf("%s is filled, but the header has no column %s", pipeline.CellRef(len(values)-1, number), pipeline.ColumnLetters(len(values)-1)))
		}
		if err := out.Write(append(values, make([]string, width-len(values))...)); err != nil {
			return nil, p.fail(number, "", err)
		}
		p.rows = append(p.rows, number)
		if len(p.rows) == most {
			break
		}
	}
	if raw.Error() != nil || shown.Error() != nil {
		return nil, w.damaged(sheet)
	}
	out.Flush()
	p.records = csv.NewReader(&text)
	return p, nil
}

var (
	exponent    = regexp.MustCompile(`^-?[0-9.]+E[+-]?[0-9]+$`)
	wholeNumber = regexp.MustCompile(`^[0-9]+$`)
)

// cellText is the text of a cell that holds raw and shows shown. A date and the
// like would be a number that nobody typed; it is refused.
func cellText(raw, shown string) (string, error) {
	raw, shown = pipeline.Trim(raw), pipeline.Trim(shown)
	if strings.HasPrefix(raw, "#") && slices.Contains([]string{"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"}, raw) {
		return "", fmt.Errorf("holds the error value %s", raw)
	}
	if raw == shown {
		return raw, nil
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw, nil // text, whatever its format makes of it
	}
	plain := raw
	if exponent.MatchString(raw) {
		plain = strconv.FormatFloat(n, 'f', -1, 64)
	}
	switch {
	case shown == "TRUE" || shown == "FALSE":
		return shown, nil
	case wholeNumber.MatchString(shown) && strings.TrimLeft(shown, "0") == plain:
		return shown, nil
	case exponent.MatchString(shown):
		return plain, nil
	}
	if _, err := strconv.ParseFloat(shown, 64); err != nil {
		return "", errors.New("holds a date or a number that is shown otherwise than it is stored")
	}
	return strconv.FormatFloat(n, 'f', -1, 64), nil
}
