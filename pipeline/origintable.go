package pipeline

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// originFormat is the sheet's first value; its number increases when an older muster could not read a newer sheet.
const (
	originFormat  = "muster results"
	originVersion = 1
)

// Table is o as the rows of the sheet [OriginSheet], header first: most rows are a name and a value. [ParseOrigin]
// reads them back.
func (o *Origin) Table() [][]string {
	rows := [][]string{
		{"name", "value", "field", "column", "convert", "constant"},
		{"format", fmt.Sprintf("%s %d", originFormat, originVersion)},
	}
	add := func(cells ...string) { rows = append(rows, cells) }
	for _, p := range o.pairs() {
		if *p.value != "" {
			add(p.name, *p.value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Sheets)) {
		add("report sheet", name, string(o.Sheets[name]))
	}
	add("rows", strconv.Itoa(o.Rows))
	if o.NoFix {
		add("fix", "left out")
	}
	if o.Sealed {
		add("sealed", "yes")
	}
	for _, c := range o.Customers {
		add("customer", strconv.Itoa(c.First), strconv.Itoa(c.Last), strconv.Itoa(c.Rows))
	}
	for part := range slices.Chunk(o.Broken, brokenInCell) {
		add("broken", brokenText(part))
	}
	for _, f := range o.Flags {
		add("flag", f)
	}
	for _, name := range o.Book.Header {
		add("column", name)
	}
	for _, l := range o.Mapping.Lines {
		add("mapping line", strconv.Itoa(l.Number), l.Field, l.Column, l.Convert, l.Value)
	}
	for _, table := range slices.Sorted(maps.Keys(o.Mapping.Tables)) {
		add("table", table)
		for _, from := range slices.Sorted(maps.Keys(o.Mapping.Tables[table])) {
			add("entry", table, from, o.Mapping.Tables[table][from])
		}
	}
	return rows
}

// originPair is a single value and its name.
type originPair struct {
	name  string
	value *string
}

func (o *Origin) pairs() []originPair {
	return []originPair{
		{"run", &o.Run}, {"command", &o.Command}, {"provider", &o.Provider},
		{"definition", &o.Definition}, {"digest", &o.Digest},
		{"env", &o.Env}, {"base URL", &o.BaseURL}, {"account", &o.Account},
		{"book", &o.Book.Path}, {"sheet", &o.Book.Sheet}, {"SHA-256", &o.Book.SHA256},
		{"mapping", &o.Mapping.Path},
	}
}

// ParseOrigin reads the rows of the sheet [OriginSheet], without the header. ours is false for rows that muster did
// not write: the sheet is a person's own. An error says that rows of muster cannot be used; it does not name the
// file.
func ParseOrigin(rows [][]string) (o Origin, ours bool, err error) {
	if !isOrigin(rows) {
		return o, false, nil
	}
	if v := strings.TrimPrefix(cellOf(rows[0], 1), originFormat+" "); v != strconv.Itoa(originVersion) {
		return o, true, Fail("target.origin_version", "format", v, "known", originVersion)
	}
	single := map[string]*string{}
	for _, p := range o.pairs() {
		single[p.name] = p.value
	}
	number := func(s string) int {
		n, wrong := strconv.Atoi(s)
		if wrong != nil && err == nil {
			err = Fail("target.origin_altered", "sheet", OriginSheet)
		}
		return n
	}
	for _, row := range rows[1:] {
		value := cellOf(row, 1)
		switch name := cellOf(row, 0); name {
		case "report sheet":
			if o.Sheets == nil {
				o.Sheets = map[string]SheetRole{}
			}
			o.Sheets[value] = SheetRole(cellOf(row, 2))
		case "rows":
			o.Rows = number(value)
		case "fix":
			o.NoFix = true
		case "sealed":
			o.Sealed = value == "yes"
		case "customer":
			c := RowsOfOne{First: number(value), Last: number(cellOf(row, 2)), Rows: number(cellOf(row, 3))}
			o.Customers = append(o.Customers, c)
		case "broken":
			var wrong error
			if o.Broken, wrong = appendBroken(o.Broken, value); wrong != nil && err == nil {
				err = Fail("target.origin_altered", "sheet", OriginSheet)
			}
		case "flag":
			o.Flags = append(o.Flags, value)
		case "column":
			o.Book.Header = append(o.Book.Header, value)
		case "mapping line":
			o.Mapping.Lines = append(o.Mapping.Lines, MappingLine{Number: number(value),
				Field: cellOf(row, 2), Column: cellOf(row, 3), Convert: cellOf(row, 4), Value: cellOf(row, 5)})
		case "table", "entry":
			if o.Mapping.Tables == nil {
				o.Mapping.Tables = map[string]map[string]string{}
			}
			if o.Mapping.Tables[value] == nil {
				o.Mapping.Tables[value] = map[string]string{}
			}
			if name == "entry" {
				o.Mapping.Tables[value][cellOf(row, 2)] = cellOf(row, 3)
			}
		default:
			if p := single[name]; p != nil {
				*p = value
			}
		}
	}
	if err == nil && (o.Run == "" || o.Definition == "" || len(o.Book.Header) == 0 && !o.NoFix) {
		err = Fail("target.origin_altered", "sheet", OriginSheet)
	}
	return o, true, err
}

// brokenInCell is how many rows fit into a cell.
const brokenInCell = 500

// brokenText encodes rows: 5:DIGEST,9:DIGEST:duplicate.
func brokenText(rows []BrokenCells) string {
	var b strings.Builder
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(r.Row))
		b.WriteByte(':')
		b.WriteString(base64.RawURLEncoding.EncodeToString(r.Cells[:]))
		if r.Repeats {
			b.WriteString(":" + string(Duplicate))
		}
	}
	return b.String()
}

// appendBroken decodes what brokenText encoded.
func appendBroken(rows []BrokenCells, text string) ([]BrokenCells, error) {
	for one := range strings.SplitSeq(text, ",") {
		number, rest, _ := strings.Cut(one, ":")
		digest, state, _ := strings.Cut(rest, ":")
		row, err := strconv.Atoi(number)
		if err != nil {
			return rows, err
		}
		cells, err := base64.RawURLEncoding.DecodeString(digest)
		if err != nil || len(cells) != len(CellsDigest{}) {
			return rows, errors.New("no digest")
		}
		rows = append(rows, BrokenCells{Row: row, Cells: CellsDigest(cells), Repeats: state == string(Duplicate)})
	}
	return rows, nil
}

// OriginRows reads the sheet [OriginSheet] for [ParseOrigin]; rows is one pass over the rows below its header. When
// the sheet is a person's own, which may have any number of rows, it reads only the first.
func OriginRows(ctx context.Context, rows func(context.Context, func(Row) error) error) ([][]string, error) {
	var all [][]string
	err := rows(ctx, func(row Row) error {
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = strings.Clone(c)
		}
		if all = append(all, cells); !isOrigin(all) {
			return errNotOurs
		}
		return nil
	})
	if err != nil && !errors.Is(err, errNotOurs) {
		return nil, err
	}
	return all, nil
}

// errNotOurs ends a pass over rows that no muster wrote.
var errNotOurs = errors.New("not muster's")

// isOrigin reports, by the first row, whether any version of muster wrote rows.
func isOrigin(rows [][]string) bool {
	return len(rows) > 0 && cellOf(rows[0], 0) == "format" && strings.HasPrefix(cellOf(rows[0], 1), originFormat+" ")
}

func cellOf(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}
