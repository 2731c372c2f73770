package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"muster/pipeline"
)

// Sheet is a mapping sheet as a person wrote it, and the lookup tables that it
// names, each read when it is first needed. One goroutine at a time may use it.
type Sheet struct {
	path   string
	found  found
	lines  []pipeline.MappingLine
	place  TablePlace
	tables *tables
}

// sheetForm is that of a mapping sheet.
func sheetForm() form {
	return form{[]heading{
		{"field", pipeline.Say("mapping.heading_field")},
		{"column", pipeline.Say("mapping.heading_column")},
		{"convert", pipeline.Say("mapping.heading_convert")},
		{"value", pipeline.Say("mapping.heading_value")},
		noteHeading(),
	}, 1, pipeline.Say("mapping.sheet_columns")}
}

// noteHeading is the heading of the column for people's notes, which is never read.
func noteHeading() heading { return heading{"note", pipeline.Say("mapping.heading_note")} }

// SheetHeadings are those of a mapping sheet, in the order in which they are
// written.
func SheetHeadings() []*pipeline.Message { return sheetForm().worded() }

// worded are the headings, to be put into words.
func (f form) worded() []*pipeline.Message {
	var all []*pipeline.Message
	for _, h := range f.columns {
		all = append(all, h.worded)
	}
	return all
}

// ReadSheet reads a mapping sheet: a table of field, column, convert and value (and note, for people), with headings
// in English or in the other languages that files may have. A line whose field begins with "#" belongs to no field:
// see [TablePlace]. In a workbook it is the first visible sheet with a column field; the other sheets are lookup
// tables, which are read when they are needed. Conversions are checked when the sheet is joined with a book: see
// [Compile].
func ReadSheet(path string, files Files) (*Sheet, error) {
	s := &Sheet{path: path}
	found, wrong := files.read(path, "", sheetForm(), func(row tableRow) *pipeline.Mistake {
		l := pipeline.MappingLine{Number: max(row.at.Line, row.at.Row), Field: row.cells[0], Column: row.cells[1],
			Convert: row.cells[2], Value: row.cells[3]}
		switch {
		case l.Field == "" && l.Column == "" && l.Convert == "" && l.Value == "":
			return nil
		case strings.HasPrefix(l.Field, "#"):
			return s.directive(l)
		case l.Field == "":
			return pipeline.Wrong("mapping.field_empty").Try("mapping.name_field_or_delete")
		}
		s.lines = append(s.lines, l)
		return nil
	})
	if wrong != nil {
		wrong.Place.Kind = placeKind
		return nil, wrong
	}
	s.found = found
	s.tables = &tables{files: files, mapping: path, sheets: found.sheets, read: map[string]*lookup{}}
	return s, nil
}

// placeKind is what a mapping sheet is called in front of its name.
const placeKind = "mapping"

// at is the place of a line of the sheet; 0 is the sheet itself.
func (s *Sheet) at(number int) pipeline.Place {
	p := pipeline.Place{Kind: placeKind, File: s.path, Sheet: s.found.sheet}
	if s.found.sheet != "" {
		p.Row = number
	} else {
		p.Line = number
	}
	return p
}

// line is the place of a line within the sheet, as its reader counts: line 3 of a
// CSV, row 3 of a workbook.
func (s *Sheet) line(number int) pipeline.Place {
	p := s.at(number)
	return pipeline.Place{Line: p.Line, Row: p.Row}
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

// Notes says what was guessed about these files.
func (s *Sheet) Notes() []*pipeline.Message {
	var notes []*pipeline.Message
	add := func(path string, guessed bool) {
		if guessed {
			notes = append(notes, pipeline.Say("mapping.read_as_windows1252", "file", path))
		}
	}
	add(s.path, s.found.guessed)
	for _, name := range s.tables.names() {
		add(s.tables.read[name].file, s.tables.read[name].guessed)
	}
	return notes
}

// SHA256 is a digest, in hex, of everything that the sheet means: its lines without their notes, and the tables that
// they name, but not where the table of the book was. It is the same for the same mapping in another file, whatever
// the format.
func (s *Sheet) SHA256() string {
	h := sha256.New()
	var named []string
	for _, l := range s.lines {
		mix(h, "line", l.Field, l.Column, l.Convert, l.Value)
		calls, wrong := parseChain(l.Convert)
		if wrong != nil {
			continue // Compile reports it; the text is in the digest
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
			continue // Compile reports it
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

// mix adds texts to a hash so that no other texts add the same bytes.
func mix(h hash.Hash, texts ...string) {
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s,", len(t), t)
	}
}

// NewSheet builds a mapping sheet from the lines and lookup tables that [Sheet.Lines] and [Sheet.Lookups] returned
// earlier. Nothing is read from disk; path is where the sheet came from, for messages.
func NewSheet(path string, lines []pipeline.MappingLine, kept map[string]map[string]string) *Sheet {
	s := &Sheet{path: path, lines: slices.Clone(lines), tables: &tables{read: map[string]*lookup{}}}
	for name, to := range kept {
		s.tables.read[name] = &lookup{to: to}
	}
	return s
}

// Lines are the sheet's, without their notes.
func (s *Sheet) Lines() []pipeline.MappingLine { return slices.Clone(s.lines) }

// Lookups are the tables that conversions look values up in, by the names that the sheet gives them, once [Compile]
// has read them. They must not be changed.
func (s *Sheet) Lookups() map[string]map[string]string {
	lookups := make(map[string]map[string]string, len(s.tables.read))
	for name, l := range s.tables.read {
		lookups[name] = l.to
	}
	return lookups
}

// Tables are the names of the lookup tables in map(FILE.csv), as the sheet spells them, each once: paths that start
// from the sheet's folder. A chain that cannot be read is skipped, because [Compile] reports it.
func (s *Sheet) Tables() []string {
	var names []string
	for _, l := range s.lines {
		calls, wrong := parseChain(l.Convert)
		if wrong != nil {
			continue
		}
		for _, c := range calls {
			if c.name == "map" && len(c.args) == 1 && !slices.Contains(names, c.args[0]) {
				names = append(names, c.args[0])
			}
		}
	}
	return names
}
