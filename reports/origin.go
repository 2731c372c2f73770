package reports

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// OriginSheet is the name of the sheet that says where a results workbook comes
// from. It is very hidden: a spreadsheet program lists it nowhere.
const OriginSheet = "muster"

// FixSheet is the name of the sheet that holds the rows to mend.
const FixSheet = "Fix"

// Origin is what importing the sheet Fix of a results workbook needs to know of
// the run that wrote it. It holds nothing of any row.
type Origin struct {
	Run        string
	Command    string // import or check: what the run was, and what takes its rows again
	Provider   string // as the user named it: passport, ./acme/
	Definition string // its name
	Digest     string // of the definition
	Env        string
	BaseURL    string
	Account    string
	// Flags are those with which the sheet Fix is imported as the book was, one
	// argument each.
	Flags []string

	Book   string // the path, as the user gave it
	Sheet  string // "" for a CSV
	SHA256 string // of the book
	Header []string

	Mapping string // path of the mapping sheet; "" without one
	Lines   []pipeline.MappingLine
	Tables  map[string]map[string]string

	// Rows are those in the sheet Fix; NoFix says that it was left out.
	Rows  int
	NoFix bool
	// Customers are those in the sheet Fix that have several rows, ascending.
	Customers []RowsOfOne
}

// RowsOfOne says which rows of the book are one customer: so many, from First to
// Last, with no other customer's between them.
type RowsOfOne struct{ First, Last, Rows int }

// originFormat is the first thing that the sheet says; the number goes up when
// an older muster could not make sense of a newer one's.
const (
	originFormat  = "muster results"
	originVersion = 1
)

// originColumns is the header of the sheet: most rows are a name and a value.
var originColumns = []string{"name", "value", "field", "column", "convert", "constant"}

// rows are the sheet's, without its header.
func (o *Origin) rows() [][]string {
	rows := [][]string{{"format", fmt.Sprintf("%s %d", originFormat, originVersion)}}
	add := func(cells ...string) { rows = append(rows, cells) }
	for _, p := range o.pairs() {
		if *p.value != "" {
			add(p.name, *p.value)
		}
	}
	add("rows", strconv.Itoa(o.Rows))
	if o.NoFix {
		add("fix", "left out")
	}
	for _, c := range o.Customers {
		add("customer", strconv.Itoa(c.First), strconv.Itoa(c.Last), strconv.Itoa(c.Rows))
	}
	for _, f := range o.Flags {
		add("flag", f)
	}
	for _, name := range o.Header {
		add("column", name)
	}
	for _, l := range o.Lines {
		add("mapping line", strconv.Itoa(l.Number), l.Field, l.Column, l.Convert, l.Value)
	}
	for _, table := range slices.Sorted(maps.Keys(o.Tables)) {
		add("table", table)
		for _, from := range slices.Sorted(maps.Keys(o.Tables[table])) {
			add("entry", table, from, o.Tables[table][from])
		}
	}
	return rows
}

// pairs are the names under which single values stand.
func (o *Origin) pairs() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"run", &o.Run}, {"command", &o.Command}, {"provider", &o.Provider}, {"definition", &o.Definition}, {"digest", &o.Digest},
		{"env", &o.Env}, {"base URL", &o.BaseURL}, {"account", &o.Account},
		{"book", &o.Book}, {"sheet", &o.Sheet}, {"SHA-256", &o.SHA256}, {"mapping", &o.Mapping},
	}
}

// ParseOrigin reads the rows of the sheet [OriginSheet], its header left out.
// ours is false for rows that no muster wrote: the sheet is somebody's own. An
// error says that what muster wrote cannot be used; it names no file.
func ParseOrigin(rows [][]string) (o Origin, ours bool, err error) {
	cell := func(row []string, i int) string {
		if i < len(row) {
			return row[i]
		}
		return ""
	}
	if len(rows) == 0 || cell(rows[0], 0) != "format" || !strings.HasPrefix(cell(rows[0], 1), originFormat+" ") {
		return o, false, nil
	}
	if v := strings.TrimPrefix(cell(rows[0], 1), originFormat+" "); v != strconv.Itoa(originVersion) {
		return o, true, fmt.Errorf("it was written by another version of muster, whose notes this one does not understand (%s, and not %d)", v, originVersion)
	}
	single := map[string]*string{}
	for _, p := range o.pairs() {
		single[p.name] = p.value
	}
	number := func(s string) int {
		n, wrong := strconv.Atoi(s)
		if wrong != nil && err == nil {
			err = fmt.Errorf("its hidden sheet %q was altered", OriginSheet)
		}
		return n
	}
	for _, row := range rows[1:] {
		value := cell(row, 1)
		switch name := cell(row, 0); name {
		case "rows":
			o.Rows = number(value)
		case "fix":
			o.NoFix = true
		case "customer":
			o.Customers = append(o.Customers, RowsOfOne{First: number(value), Last: number(cell(row, 2)), Rows: number(cell(row, 3))})
		case "flag":
			o.Flags = append(o.Flags, value)
		case "column":
			o.Header = append(o.Header, value)
		case "mapping line":
			o.Lines = append(o.Lines, pipeline.MappingLine{Number: number(value), Field: cell(row, 2), Column: cell(row, 3),
				Convert: cell(row, 4), Value: cell(row, 5)})
		case "table", "entry":
			if o.Tables == nil {
				o.Tables = map[string]map[string]string{}
			}
			if o.Tables[value] == nil {
				o.Tables[value] = map[string]string{}
			}
			if name == "entry" {
				o.Tables[value][cell(row, 2)] = cell(row, 3)
			}
		default:
			if p := single[name]; p != nil {
				*p = value
			}
		}
	}
	if err == nil && (o.Run == "" || o.Definition == "" || len(o.Header) == 0 && !o.NoFix) {
		err = fmt.Errorf("its hidden sheet %q was altered", OriginSheet)
	}
	return o, true, err
}

// write adds the sheet; its rows are flushed by the writer that it gives.
func (o *Origin) write(f *excelize.File) (*excelize.StreamWriter, error) {
	if _, err := f.NewSheet(OriginSheet); err != nil {
		return nil, err
	}
	rows := append([][]string{originColumns}, o.rows()...)
	w, err := hiddenSheet(f, OriginSheet, len(originColumns), len(rows))
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		values := make([]any, len(row))
		for j, s := range row {
			if s != "" {
				values[j] = cellText(s)
			}
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), values); err != nil {
			return nil, err
		}
	}
	return w, nil
}
