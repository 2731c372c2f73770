package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/mapping/suggest"
	"muster/templates"
)

// headerCase is a header that people give a column, with the right field in each definition.
type headerCase struct {
	header string
	values []string
	// set is tuned for headers for which words may be added when they score badly; held or found for headers that are
	// only measured.
	set string
	// right are, by the definition's name, the paths without indexes that a suggestion may name, or none.
	right map[string][]string
}

// headerScore counts the results for the headers of one set with one definition.
type headerScore struct {
	// right counts headers that get a right field, or none where that is right.
	right int
	// good and bad count suggestions of right and of wrong fields, by confidence.
	good, bad map[suggest.Confidence]int
}

var confidences = []suggest.Confidence{suggest.High, suggest.Medium, suggest.Low}

// TestHeadersGoToTheirFields: the score of the suggestions for headers of real lists, each alone in a book, must not
// fall. See cmd/muster/testdata/headers/README.md.
func TestHeadersGoToTheirFields(t *testing.T) {
	t.Parallel()
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	cases := headerCases(t, set.Names())
	if len(cases) < 300 {
		t.Fatalf("%d headers", len(cases))
	}
	recorded := recordedScores(t)
	for _, name := range set.Names() {
		def, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		scores := map[string]*headerScore{}
		for _, c := range cases {
			s := scores[c.set]
			if s == nil {
				s = &headerScore{good: map[suggest.Confidence]int{}, bad: map[suggest.Confidence]int{}}
				scores[c.set] = s
			}
			rows := make([][]string, len(c.values))
			for i, v := range c.values {
				rows[i] = []string{v}
			}
			field, sure := fieldOf(suggested(t, def, []string{c.header}, rows), c.header)
			good := slices.Contains(c.right[name], field)
			if good {
				s.right++
			} else if c.set == "tuned" {
				t.Logf("%s: %q (%s ...) goes to %s (%s), not to %s", name, c.header, c.values[0], field, sure,
					strings.Join(c.right[name], " or "))
			}
			switch {
			case field == "none":
			case good:
				s.good[sure]++
			default:
				s.bad[sure]++
			}
		}
		for which, got := range scores {
			want, known := recorded[name+" "+which]
			if !known {
				t.Errorf("score.csv lacks %s,%s,%s", name, which, got)
				continue
			}
			t.Logf("%s,%s,%s", name, which, got)
			worse := got.right < want.right
			for _, sure := range confidences {
				worse = worse || sure != suggest.Low && got.bad[sure] > want.bad[sure]
			}
			if worse {
				t.Errorf("the score of %s, %s, is %s, and was %s", name, which, got, want)
			}
		}
	}
}

// fieldOf is the field that a suggestion gives a column, without indexes, and its confidence; "" for none.
func fieldOf(s *suggest.Suggestion, column string) (string, suggest.Confidence) {
	for _, l := range s.Lines {
		if l.Column == strings.Join(strings.Fields(column), " ") {
			return pipeline.PathPattern(l.Field), l.Confidence
		}
	}
	return "none", ""
}

// String formats a score as a line of score.csv.
func (s *headerScore) String() string {
	cells := []string{strconv.Itoa(s.right)}
	for _, sure := range confidences {
		cells = append(cells, strconv.Itoa(s.good[sure]), strconv.Itoa(s.bad[sure]))
	}
	return strings.Join(cells, ",")
}

func headerCases(t *testing.T, definitions []string) []headerCase {
	t.Helper()
	values := map[string][]string{}
	for _, record := range headersFile(t, "values.csv") {
		values[record["values"]] = nil
		for i := 1; i <= 8; i++ {
			values[record["values"]] = append(values[record["values"]], record[fmt.Sprintf("row%d", i)])
		}
	}
	var all []headerCase
	for _, record := range headersFile(t, "headers.csv") {
		c := headerCase{header: record["header"], values: values[record["values"]], set: record["set"],
			right: map[string][]string{}}
		for _, name := range definitions {
			c.right[name] = strings.Fields(record[name])
			if len(c.right[name]) == 0 || c.values == nil {
				t.Fatalf("%q has no right field of %s, or no values", c.header, name)
			}
		}
		all = append(all, c)
	}
	return all
}

func recordedScores(t *testing.T) map[string]*headerScore {
	t.Helper()
	all := map[string]*headerScore{}
	for _, record := range headersFile(t, "score.csv") {
		number := func(name string) int {
			n, err := strconv.Atoi(record[name])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		s := &headerScore{right: number("right"), good: map[suggest.Confidence]int{},
			bad: map[suggest.Confidence]int{}}
		for _, sure := range confidences {
			s.good[sure], s.bad[sure] = number(string(sure)+" good"), number(string(sure)+" bad")
		}
		all[record["definition"]+" "+record["set"]] = s
	}
	return all
}

// headersFile reads a CSV of testdata/headers: each line by column name.
func headersFile(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "headers", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, record := range records[1:] {
		line := map[string]string{}
		for i, cell := range record {
			line[records[0][i]] = cell
		}
		all = append(all, line)
	}
	return all
}
