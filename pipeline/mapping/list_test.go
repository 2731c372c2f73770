package mapping

import (
	"errors"
	"strings"
	"testing"

	"muster/pipeline"
)

// tagged has lists of values: of as many as there are, of three at most, and of people.
func tagged() *pipeline.Provider {
	return &pipeline.Provider{Name: "tagged", Title: "Tagged", Fields: []pipeline.Field{
		{Path: "name"}, {Path: "tags[]"}, {Path: "codes[]", List: pipeline.ListRule{Split: ",", Most: 3}},
		{Path: "people[].name"}, {Path: "people[].tags[]", Kind: "string"},
	}}
}

// lines is a mapping sheet; the parts of each line are divided by a tab.
func lines(all ...string) *Sheet {
	var sheet []pipeline.MappingLine
	for i, text := range all {
		p := append(strings.Split(text, "\t"), "", "")
		sheet = append(sheet, pipeline.MappingLine{Number: i + 2, Field: p[0], Column: p[1], Convert: p[2]})
	}
	return NewSheet("map.csv", sheet, nil)
}

func TestListsInOneCell(t *testing.T) {
	for _, c := range []struct {
		name   string
		header []string
		sheet  *Sheet
		cells  []string
		want   string // the values that are there
		wrong  string
	}{
		{"a column for each", []string{"name", "tags[0]", "tags[2]"}, nil, []string{"A", "x", "y"},
			"name=A tags[0]=x tags[2]=y", ""},
		{"as the definition says", []string{"name", "codes"}, nil, []string{"A", "1, 2,,3,"}, "name=A codes[0]=1 codes[1]=2 codes[2]=3", ""},
		{"an empty cell", []string{"name", "codes"}, nil, []string{"A", ""}, "name=A", ""},
		{"too many", []string{"name", "codes"}, nil, []string{"A", "1,2,3,4"}, "name=A codes[0]=1 codes[1]=2 codes[2]=1,2,3,4",
			"codes[2]: mapping.too_many_values count=4 most=3"},
		{"as the sheet says", []string{"name", "Words"}, lines("tags\tWords\tsplit(;) | upper"), []string{"A", "x; y"},
			"name=A tags[0]=X tags[1]=Y", ""},
		{"before the cell is split", []string{"name", "Words"}, lines("tags\tWords\tlower | split(' ')"), []string{"A", "X Y"},
			"name=A tags[0]=x tags[1]=y", ""},
		{"one part of a cell", []string{"name", "Words"}, lines("tags[0]\tWords\tsplit(;,2)"), []string{"A", "x;y"},
			"name=A tags[0]=y", ""},
		{"the sheet's over the definition's", []string{"name", "codes", "Numbers"}, lines("codes\tNumbers"),
			[]string{"A", "9", "1,2"}, "name=A codes[0]=1 codes[1]=2", ""},
		{"another separator than declared", []string{"name", "Numbers"}, lines("codes\tNumbers\tsplit(/)"),
			[]string{"A", "1/2"}, "name=A codes[0]=1 codes[1]=2", ""},
		{"of a person", []string{"name", "Words"}, lines("people[1].tags\tWords\tsplit(;)"), []string{"A", "x;y"},
			"name=A people[1].tags[0]=x people[1].tags[1]=y", ""},
	} {
		m, err := Compile(tagged(), headerOf(c.header...), c.sheet)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		values := make([]string, len(m.Slots()))
		problems := m.Map(pipeline.Row{Number: 2, Cells: c.cells}, values)
		var got []string
		for i, s := range m.Slots() {
			if values[i] != "" {
				got = append(got, s.Path+"="+values[i])
			}
		}
		wrong := ""
		for _, p := range problems {
			wrong += p.Field + ": " + p.Message.String()
		}
		// The slots of a sheet come first.
		if !sameWords(strings.Join(got, " "), c.want) || wrong != c.wrong {
			t.Errorf("%s: %s (%s), want %s (%s)", c.name, got, wrong, c.want, c.wrong)
		}
	}
}

func sameWords(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestListMistakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		sheet *Sheet
		want  string
	}{
		{"nothing says how to split", lines("tags\tWords"), "mapping.list_not_split"},
		{"another conversion does not", lines("tags\tWords\tupper"), "mapping.list_not_split"},
		{"split for a field that is no list", lines("name\tWords\tsplit(;)"), "mapping.takes_separator_and_number"},
		{"twice", lines("tags\tWords\tsplit(;)", "tags\tWords\tsplit(/)"), "mapping.field_twice"},
		{"one of its values twice", lines("tags[3]\tWords", "tags\tWords\tsplit(;)"), "mapping.field_twice"},
		{"one of its values twice, behind it", lines("tags\tWords\tsplit(;)", "tags[3]\tWords"), "mapping.field_twice"},
	} {
		_, err := Compile(tagged(), headerOf("name", "Words"), c.sheet)
		var wrong *pipeline.Mistake
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
