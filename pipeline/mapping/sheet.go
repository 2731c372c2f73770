package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"

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

var sheetForm = form{[]string{"field", "column", "convert", "value", noteColumn}, 1,
	"a mapping sheet has the columns field, column, convert and value"}

// ReadSheet reads a mapping sheet: a table of field, column, convert and value
// (and a note, for people). Of a workbook it is the first visible sheet with a
// column field, and the other sheets are lookup tables, which open gives too,
// when they are needed. Conversions are looked at when the sheet is joined with
// a book: [Compile].
func ReadSheet(path string, open Opener) (*Sheet, error) {
	s := &Sheet{path: path}
	found, wrong := open.read(path, "", sheetForm, func(cells []string, at pipeline.Place) *pipeline.Mistake {
		l := pipeline.MappingLine{Number: max(at.Line, at.Row), Field: cells[0], Column: cells[1], Convert: cells[2],
			Value: cells[3]}
		switch {
		case l.Field == "" && l.Column == "" && l.Convert == "" && l.Value == "":
			return nil
		case l.Field == "":
			return pipeline.Mistakef("the field is empty").Try("name the field, or delete the line")
		}
		s.lines = append(s.lines, l)
		return nil
	})
	if wrong != nil {
		wrong.Place.Kind = placeKind
		return nil, wrong
	}
	s.sheet, s.note = found.sheet, found.note
	s.tables = &tables{open: open, mapping: path, sheets: found.sheets, read: map[string]*lookup{}}
	return s, nil
}

// placeKind is what a mapping sheet is called in front of its name.
const placeKind = "mapping"

// at is the place of a line of the sheet; 0 is the sheet itself.
func (s *Sheet) at(number int) pipeline.Place {
	p := pipeline.Place{Kind: placeKind, File: s.path, Sheet: s.sheet}
	if s.sheet != "" {
		p.Row = number
	} else {
		p.Line = number
	}
	return p
}

// line names a line as its reader counts it: line 3, row 3.
func (s *Sheet) line(number int) string {
	p := s.at(number)
	return pipeline.Place{Line: p.Line, Row: p.Row}.String()
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

// Notes are sentences on what was guessed about these files.
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
		table, wrong := s.tables.table(name)
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
