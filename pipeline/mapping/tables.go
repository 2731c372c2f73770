package mapping

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
)

// tables are the lookup tables of a mapping sheet, each read once.
type tables struct {
	folder string // of the mapping sheet
	// book is the mapping's own workbook, nil where it is a CSV: its other
	// sheets are tables by their names.
	book   *workbook
	read   map[string]*lookup
	closed bool // read has them all: none is looked for on disk
}

// lookup is one lookup table.
type lookup struct {
	to   map[string]string
	file string // the path of the file that it stands in, where it is not the mapping's own
	note string
}

type tableLine struct {
	From string `csv:"from"`
	To   string `csv:"to"`
	Note string `csv:"note"` // for people; never read
}

const tableAdvice = "a table has the columns from and to"

// open reads the table of that name: a sheet of the mapping's own workbook, a
// CSV beside the mapping, or a sheet of a workbook there (book.xlsx#sheet, or
// book.xlsx for the first visible sheet that is a table). What is wrong with it
// is told with its name and line.
func (t *tables) open(name string) (map[string]string, *mistake) {
	if found, ok := t.read[name]; ok {
		return found.to, nil
	}
	if t.closed {
		return nil, mistaken("name the mapping sheet with its tables beside it (--mapping)", "the table %s was not kept with the mapping", name)
	}
	p, file, refused := t.page(name)
	if refused == nil {
		found := &lookup{to: map[string]string{}, file: file, note: p.note}
		if refused = found.fill(p); refused == nil {
			if t.read == nil {
				t.read = map[string]*lookup{}
			}
			t.read[name] = found
			return found.to, nil
		}
	}
	var wrong *mistake
	if errors.As(refused.Err, &wrong) && refused.Path == "" {
		return nil, wrong
	}
	says := fmt.Sprintf("the table %s %v", name, refused.Err)
	if refused.Line > 0 {
		says = fmt.Sprintf("the table %s, %s: %v", name, lineOf(refused.Sheet, refused.Line), refused.Err)
	}
	hint := refused.Hint
	if errors.Is(refused, os.ErrNotExist) {
		hint = "it is looked for in the mapping's folder" + t.besides()
	}
	if hint == "" {
		hint = tableAdvice
	}
	return nil, mistaken(hint, "%s", says)
}

// page finds what name means; file is "" for a sheet of the mapping's own
// workbook. A name that means nothing is an Error without a path, around a
// mistake.
func (t *tables) page(name string) (p *page, file string, refused *Error) {
	if t.book != nil {
		if sheet := t.book.named(name); sheet != "" {
			p, refused = t.book.page(sheet, 0)
			return p, "", refused
		}
		if filepath.Ext(name) == "" {
			return nil, "", &Error{Err: mistaken("its sheets are: "+strings.Join(t.book.names, ", "), "the mapping's workbook has no sheet %q", name)}
		}
	}
	base, sheet, _ := strings.Cut(name, "#")
	if !filepath.IsLocal(filepath.FromSlash(base)) {
		return nil, "", &Error{Err: mistaken("name a file in the mapping's own folder, or in one below it", "%q is not beside the mapping", base)}
	}
	file = filepath.Join(t.folder, filepath.FromSlash(base))
	data, refused := readFile(file)
	switch {
	case refused != nil:
		// It may be that the "#" is part of the file's name.
		whole := filepath.Join(t.folder, filepath.FromSlash(name))
		if sheet == "" || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, "", refused
		}
		if data, again := readFile(whole); again == nil && !isWorkbook(data) {
			p, refused = pageOfCSV(whole, data)
			return p, whole, refused
		}
		return nil, "", refused
	case !isWorkbook(data) && sheet != "":
		return nil, "", &Error{Path: file, Err: errors.New("is no workbook, and has no sheets"), Hint: "name the file alone"}
	case !isWorkbook(data):
		p, refused = pageOfCSV(file, data)
		return p, file, refused
	}
	w, refused := openWorkbook(file, data)
	if refused != nil {
		return nil, "", refused
	}
	if sheet == "" {
		if sheet, refused = w.withColumn("from"); refused != nil {
			return nil, "", refused
		}
		if sheet == "" {
			return nil, "", &Error{Path: file, Err: errors.New("has no visible sheet that is a table"), Hint: tableAdvice}
		}
	} else if sheet = w.named(sheet); sheet == "" {
		return nil, "", &Error{Path: file, Err: errors.New("has no such sheet"), Hint: "its sheets are: " + strings.Join(w.names, ", ")}
	}
	p, refused = w.page(sheet, 0)
	return p, file, refused
}

// fill reads the table's lines.
func (t *lookup) fill(p *page) *Error {
	lines := map[string]int{}
	return readTyped(p, sheetForm{[]string{"from", "to", "note"}, []string{"from", "to"}, tableAdvice}, func(l tableLine, number int) *mistake {
		from, to := pipeline.Trim(l.From), pipeline.Trim(l.To)
		before, twice := lines[from]
		switch {
		case from == "" && to == "":
			return nil
		case from == "":
			return mistaken("fill it, or delete the line", "the cell under from is empty")
		case to == "":
			return mistaken("fill it, or delete the line: then rows with this value are told of", "the cell under to is empty")
		case twice && t.to[from] != to:
			return mistaken("keep one of the two", "the same value stands in %s already, with another one under to", lineOf(p.sheet, before))
		}
		t.to[from], lines[from] = to, number
		return nil
	})
}

// besides lists the tables of the mapping's folder.
func (t *tables) besides() string {
	files, err := os.ReadDir(t.folder)
	if err != nil {
		return "" // the file that is missing is the news
	}
	var names []string
	for _, f := range files {
		if ext := strings.ToLower(filepath.Ext(f.Name())); ext == ".csv" || ext == ".xlsx" {
			names = append(names, f.Name())
		}
	}
	if len(names) > 30 {
		names = append(names[:30], "...")
	}
	if len(names) == 0 {
		return ""
	}
	return ", where there is " + strings.Join(names, ", ")
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

func compileMap(args []string, t *tables) (step, *mistake) {
	if len(args) != 1 {
		return nil, mistaken("", "takes the name of a table")
	}
	name := args[0]
	table, wrong := t.open(name)
	if wrong != nil {
		return nil, wrong
	}
	return func(s string) (string, error) {
		if to, ok := table[pipeline.Trim(s)]; ok {
			return to, nil
		}
		return "", fmt.Errorf("is not in the table %s, column from", name)
	}, nil
}
