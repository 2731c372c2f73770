package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
)

// Sheet is a mapping sheet as a person wrote it, and the lookup tables that it
// names, each read when it is first needed. One goroutine at a time may use it.
type Sheet struct {
	path   string
	sheet  string // of a workbook; "" for a CSV
	note   string
	lines  []pipeline.MappingLine
	tables *tables
}

// sheetRecord is a line of a mapping sheet as its file has it.
type sheetRecord struct {
	Field   string `csv:"field"`
	Column  string `csv:"column"`
	Convert string `csv:"convert"`
	Value   string `csv:"value"`
	Note    string `csv:"note"` // for people; never read
}

const sheetAdvice = "a mapping sheet has the columns field, column, convert and value"

// ReadSheet reads a mapping sheet: a table of field, column, convert and value
// (and a note, for people). It is a CSV in UTF-8, UTF-16 or Windows-1252,
// separated by commas, semicolons or tabs, as spreadsheet programs save it; or
// an XLSX workbook, of which it is the first visible sheet with a column field,
// and whose other sheets are lookup tables. Conversions are looked at when it
// is joined with a book: [Compile].
func ReadSheet(path string) (*Sheet, error) {
	s := &Sheet{path: path, tables: &tables{folder: filepath.Dir(path)}}
	p, refused := s.open()
	if refused != nil {
		return nil, refused
	}
	s.sheet, s.note = p.sheet, p.note
	form := sheetForm{[]string{"field", "column", "convert", "value", "note"}, []string{"field"}, sheetAdvice}
	refused = readTyped(p, form, func(r sheetRecord, number int) *mistake {
		l := pipeline.MappingLine{Number: number, Field: pipeline.Trim(r.Field), Column: pipeline.Trim(r.Column),
			Convert: pipeline.Trim(r.Convert), Value: pipeline.Trim(r.Value)}
		if l.Field == "" && l.Column == "" && l.Convert == "" && l.Value == "" {
			return nil
		}
		if l.Field == "" {
			return mistaken("name the field, or delete the line", "the field is empty")
		}
		s.lines = append(s.lines, l)
		return nil
	})
	if refused != nil {
		return nil, refused
	}
	return s, nil
}

// open finds the page that is the mapping sheet.
func (s *Sheet) open() (*page, *Error) {
	data, refused := readFile(s.path)
	if refused != nil {
		return nil, refused
	}
	if !isWorkbook(data) {
		return pageOfCSV(s.path, data)
	}
	w, refused := openWorkbook(s.path, data)
	if refused != nil {
		return nil, refused
	}
	sheet, refused := w.withColumn("field")
	switch {
	case refused != nil:
		return nil, refused
	case sheet == "":
		return nil, &Error{Path: s.path, Err: errors.New("has no visible sheet whose first row has the column field; its sheets are " + strings.Join(w.names, ", ")), Hint: sheetAdvice}
	}
	s.tables.book = w
	return w.page(sheet, 0)
}

// Path is the sheet's, as the user gave it.
func (s *Sheet) Path() string { return s.path }

// Files are the paths of the files that the sheet was read from: its own, and
// those of the tables that [Compile] has read.
func (s *Sheet) Files() []string {
	files := []string{s.path}
	for _, t := range s.tables.read {
		if t.file != "" && !slices.Contains(files, t.file) {
			files = append(files, t.file)
		}
	}
	slices.Sort(files[1:])
	return files
}

// Notes are sentences on what was found out about these files rather than told.
func (s *Sheet) Notes() []string {
	var notes []string
	add := func(path, note string) {
		if note != "" {
			notes = append(notes, fmt.Sprintf("mapping %s: %s", path, note))
		}
	}
	add(s.path, s.note)
	for _, name := range s.tables.names() {
		add(s.tables.read[name].file, s.tables.read[name].note)
	}
	return notes
}

// SHA256 is a digest, in hex, of all that the sheet says: its lines but for
// their notes, and the tables that they name. It is the same for the same
// mapping in another file, whatever format that has.
func (s *Sheet) SHA256() string {
	h := sha256.New()
	var named []string
	for _, l := range s.lines {
		mix(h, "line", l.Field, l.Column, l.Convert, l.Value)
		calls, wrong := parseChain(l.Convert)
		if wrong != nil {
			continue // Compile says so; the text is in the digest
		}
		for _, c := range calls {
			if c.name == mapName && len(c.args) == 1 && !slices.Contains(named, c.args[0]) {
				named = append(named, c.args[0])
			}
		}
	}
	slices.Sort(named)
	for _, name := range named {
		table, wrong := s.tables.open(name)
		if wrong != nil {
			continue // Compile says so
		}
		mix(h, "table", name)
		from := make([]string, 0, len(table))
		for value := range table {
			from = append(from, value)
		}
		slices.Sort(from)
		for _, value := range from {
			mix(h, "entry", value, table[value])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// mix adds texts so that no others add the same.
func mix(h hash.Hash, texts ...string) {
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s,", len(t), t)
	}
}
