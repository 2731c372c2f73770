package mapping

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"muster/pipeline"
)

// tables are the lookup tables of a mapping sheet, each read once.
type tables struct {
	folder string // of the mapping sheet
	read   map[string]map[string]string
	closed bool // read has them all: none is looked for on disk
}

type tableLine struct {
	From string `csv:"from"`
	To   string `csv:"to"`
	Note string `csv:"note"` // for people; never read
}

const tableAdvice = "a table has the columns from and to"

// open reads the table of that name. What is wrong with it is told with its
// name and line.
func (t *tables) open(name string) (map[string]string, *mistake) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, mistaken("name a file in the mapping's own folder, or in one below it", "%q is not beside the mapping", name)
	}
	if table, ok := t.read[name]; ok {
		return table, nil
	}
	if t.closed {
		return nil, mistaken("name the mapping sheet with its tables beside it (--mapping)", "the table %s was not kept with the mapping", name)
	}
	table, lines := map[string]string{}, map[string]int{}
	err := readTyped(filepath.Join(t.folder, filepath.FromSlash(name)), sheetForm{[]string{"from", "to", "note"}, []string{"from", "to"}, tableAdvice},
		func(l tableLine, number int) *mistake {
			from, to := pipeline.Trim(l.From), pipeline.Trim(l.To)
			before, twice := lines[from]
			switch {
			case from == "" && to == "":
				return nil
			case from == "":
				return mistaken("fill it, or delete the line", "the cell under from is empty")
			case to == "":
				return mistaken("fill it, or delete the line: then rows with this value are told of", "the cell under to is empty")
			case twice && table[from] != to:
				return mistaken("keep one of the two", "the same value stands in line %d already, with another one under to", before)
			}
			table[from], lines[from] = to, number
			return nil
		})
	if err != nil {
		says := fmt.Sprintf("the table %s %v", name, err.Err)
		if err.Line > 0 {
			says = fmt.Sprintf("the table %s, line %d: %v", name, err.Line, err.Err)
		}
		hint := err.Hint
		if errors.Is(err, os.ErrNotExist) {
			hint = "it is looked for in the mapping's folder" + t.besides()
		}
		if hint == "" {
			hint = tableAdvice
		}
		return nil, mistaken(hint, "%s", says)
	}
	if t.read == nil {
		t.read = map[string]map[string]string{}
	}
	t.read[name] = table
	return table, nil
}

// besides lists the CSV files of the mapping's folder.
func (t *tables) besides() string {
	files, err := os.ReadDir(t.folder)
	if err != nil {
		return "" // the file that is missing is the news
	}
	var names []string
	for _, f := range files {
		if strings.EqualFold(filepath.Ext(f.Name()), ".csv") {
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
