package mapping

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
)

// tables are the lookup tables of a mapping sheet, each read once.
type tables struct {
	files   Files  // its Open is nil if read has every table, so that none is opened
	mapping string // path of the mapping sheet
	sheets  []string
	read    map[string]*lookup
}

// lookup is one lookup table.
type lookup struct {
	to   map[string]string
	file string // the path of the file that it stands in, where it is not the mapping's own
	// guessed is that of [found].
	guessed bool
}

// tableForm is that of a lookup table.
func tableForm() form {
	return form{[]heading{
		{"from", pipeline.Say("mapping.heading_from")},
		{"to", pipeline.Say("mapping.heading_to")},
		noteHeading(),
	}, 2, pipeline.Say("mapping.table_columns")}
}

// TableHeadings are those of a lookup table, in the order in which they are
// written.
func TableHeadings() []*pipeline.Message { return tableForm().worded() }

// table reads the table of that name: a sheet of the mapping's own workbook, a
// CSV in the mapping's folder, or a sheet of a workbook there (book.xlsx#sheet, or
// book.xlsx for the first visible sheet that is a table). What is wrong with it
// says its name and line.
func (t *tables) table(name string) (map[string]string, *pipeline.Mistake) {
	if found, ok := t.read[name]; ok {
		return found.to, nil
	}
	if t.files.Open == nil {
		return nil, pipeline.Wrong("mapping.table_not_kept", "table", name).Try("mapping.name_mapping")
	}
	file, sheet, wrong := t.find(name)
	if wrong != nil {
		return nil, wrong
	}
	read, unusable := t.fill(file, sheet)
	if unusable != nil {
		return nil, t.refusal(name, unusable)
	}
	if file == t.mapping {
		read.file = ""
	}
	t.read[name] = read
	return read.to, nil
}

// tableUsed is a table that a chain looks values up in.
type tableUsed struct {
	name string
	to   map[string]string
}

func (t *tables) used(name string) (*tableUsed, *pipeline.Mistake) {
	to, wrong := t.table(name)
	if wrong != nil {
		return nil, wrong
	}
	return &tableUsed{name, to}, nil
}

// refusal reports a fault in the table of that name as a fault of the chain that names it.
func (t *tables) refusal(name string, m *pipeline.Mistake) *pipeline.Mistake {
	hint := m.Hint
	if errors.Is(m, fs.ErrNotExist) {
		hint = pipeline.Say("mapping.looked_for_beside")
		if files := t.others(); len(files) > 0 {
			hint = pipeline.Say("mapping.looked_for_among", "files", files)
		}
	}
	if hint == nil {
		hint = tableForm().advice
	}
	if place := (pipeline.Place{Line: m.Place.Line, Row: m.Place.Row}); place != (pipeline.Place{}) {
		return pipeline.Wrong("mapping.in_table_line", "table", name, "place", place, "cause", m.Reason()).Advise(hint)
	}
	return pipeline.Wrong("mapping.in_table", "table", name, "cause", m.Reason()).Advise(hint)
}

// find gives the file and the sheet that a name means; sheet is "" for a CSV,
// and for the first sheet of a workbook that is a table.
func (t *tables) find(name string) (file, sheet string, wrong *pipeline.Mistake) {
	if t.sheets != nil {
		if sheet := sheetNamed(t.sheets, name); sheet != "" {
			return t.mapping, sheet, nil
		}
		if filepath.Ext(name) == "" {
			return "", "", pipeline.Wrong("mapping.no_table_sheet", "sheet", name).
				Try("mapping.sheets_are", "sheets", t.sheets).SuggestQuoted(name, t.sheets)
		}
	}
	base, sheet, _ := strings.Cut(name, "#")
	if !filepath.IsLocal(filepath.FromSlash(base)) {
		return "", "", pipeline.Wrong("mapping.table_elsewhere", "file", base).Try("mapping.table_beside")
	}
	file = t.path(base)
	if _, err := os.Stat(file); err != nil && sheet != "" && filepath.IsLocal(filepath.FromSlash(name)) {
		// The "#" may be part of the file's name.
		if _, err := os.Stat(t.path(name)); err == nil {
			return t.path(name), "", nil
		}
	}
	return file, sheet, nil
}

// path is that of a file in the mapping's folder.
func (t *tables) path(name string) string {
	return filepath.Join(filepath.Dir(t.mapping), filepath.FromSlash(name))
}

// sheetNamed is the sheet of that name, as the workbook spells it or, as names of
// sheets ignore case, otherwise; "" where there is none.
func sheetNamed(sheets []string, name string) string {
	if slices.Contains(sheets, name) {
		return name
	}
	if i := slices.IndexFunc(sheets, func(s string) bool { return strings.EqualFold(s, name) }); i >= 0 {
		return sheets[i]
	}
	return ""
}

// fill reads the table's lines.
func (t *tables) fill(file, sheet string) (*lookup, *pipeline.Mistake) {
	if sheet != "" && file != t.mapping {
		var wrong *pipeline.Mistake
		if sheet, wrong = t.sheetOf(file, sheet); wrong != nil {
			return nil, wrong
		}
	}
	l := &lookup{to: map[string]string{}, file: file}
	places := map[string]pipeline.Place{}
	found, wrong := t.files.read(file, sheet, tableForm(), func(row tableRow) *pipeline.Mistake {
		from, to := row.cells[0], row.cells[1]
		before, twice := places[from]
		switch {
		case from == "" && to == "":
			return nil
		case from == "":
			return pipeline.Wrong("mapping.cell_empty", "column", row.headings[0]).Try("mapping.fill_from")
		case to == "":
			return pipeline.Wrong("mapping.cell_empty", "column", row.headings[1]).Try("mapping.fill_to")
		case twice && l.to[from] != to:
			return pipeline.Wrong("mapping.from_twice", "place", before, "column", row.headings[1]).
				Try("mapping.keep_one")
		}
		l.to[from], places[from] = to, pipeline.Place{Line: row.at.Line, Row: row.at.Row}
		return nil
	})
	l.guessed = found.guessed
	return l, wrong
}

// sheetOf is the sheet of another workbook in its folder, as that spells it.
func (t *tables) sheetOf(file, sheet string) (string, *pipeline.Mistake) {
	first, wrong := t.files.table(file, "", tableForm())
	if wrong != nil {
		return "", wrong
	}
	defer first.Close() // it was only read
	sheets := first.Sheets()
	if sheets == nil {
		return "", pipeline.Wrong("mapping.table_no_workbook").Try("mapping.name_file_alone")
	}
	named := sheetNamed(sheets, sheet)
	if named == "" {
		return "", pipeline.Wrong("mapping.table_sheet_missing").Try("mapping.sheets_are", "sheets", sheets).
			SuggestQuoted(sheet, sheets)
	}
	return named, nil
}

// others are the names of the tables in the mapping's folder.
func (t *tables) others() []string {
	files, err := os.ReadDir(filepath.Dir(t.mapping))
	if err != nil {
		return nil // the missing file is what matters
	}
	var names []string
	for _, f := range files {
		if ext := strings.ToLower(filepath.Ext(f.Name())); ext == ".csv" || ext == ".xlsx" {
			names = append(names, f.Name())
		}
	}
	return names
}

// names are those of the tables that were read, sorted.
func (t *tables) names() []string {
	names := make([]string, 0, len(t.read))
	for name := range t.read {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// mapName is the conversion that reads a table.
const mapName = "map"

func compileMap(args []string, t *tables) (step, *pipeline.Mistake) {
	if len(args) != 1 {
		return nil, pipeline.Wrong("mapping.takes_table")
	}
	name := args[0]
	table, wrong := t.table(name)
	if wrong != nil {
		return nil, wrong
	}
	return func(s string) (string, *pipeline.Message) {
		if to, ok := table[pipeline.Trim(s)]; ok {
			return to, nil
		}
		return "", pipeline.Say("mapping.not_in_table", "table", name)
	}, nil
}
