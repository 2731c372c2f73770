package templates_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"muster/pipeline"
	"muster/templates"
)

// checkBody is what a definition says of a body as it arrives.
func checkBody(d *templates.Definition, raw []byte) (string, []pipeline.KeyValue, []pipeline.Problem, error) {
	doc, err := pipeline.DecodeJSON(raw)
	if err != nil {
		return "", nil, nil, err
	}
	return d.CheckBody(doc)
}

// A body that muster would send is valid when it is received, with the same shape and keys.
func TestBodiesOfGoodRowsAreGood(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		b := readBook(t, d, "example.csv")
		b.check(t, func(row int, draft *pipeline.Draft) {
			shape, keys, problems, err := checkBody(d, draft.Body)
			if err != nil || len(problems) > 0 || shape != draft.Shape {
				t.Errorf("%s row %d: shape %q, %v, %v", b.name, b.number(row), shape, pairs(problems), err)
			}
			if diff := cmp.Diff(draft.Keys, keys, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s row %d: keys (-row +body):\n%s", b.name, b.number(row), diff)
			}
		})
	}
}

// A broken body has the problems of its row.
func TestBodiesOfBrokenRowsHaveTheirProblems(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		b := readBook(t, d, "broken.csv")
		seen := 0
		b.check(t, func(row int, draft *pipeline.Draft) {
			if len(draft.Problems) == 0 || slices.ContainsFunc(draft.Problems,
				func(p pipeline.Problem) bool { return p.Code == pipeline.ProblemShape }) {
				return // a body never has fields of another shape
			}
			cells := map[string]string{}
			for _, f := range d.Provider().Fields {
				if f.Only != "" {
					cells[f.Path] = f.Only
				}
			}
			for i, s := range b.slots {
				if v := b.rows[row][i]; v != "" {
					cells[s.Path] = v
				}
			}
			body, gap := nested(t, cells)
			if gap {
				return // the paths in the body differ from the book's
			}
			_, _, problems, err := checkBody(d, body)
			if err != nil {
				t.Fatalf("%s row %d: %v", b.name, b.number(row), err)
			}
			if diff := cmp.Diff(pairs(draft.Problems), pairs(problems)); diff != "" {
				t.Errorf("%s row %d (-row +body):\n%s", b.name, b.number(row), diff)
			}
			seen++
		})
		if seen < 5 {
			t.Errorf("%s: %d rows compared", b.name, seen)
		}
	}
}

// nested makes JSON of cells by their paths; gap reports that a group lacks an index.
func nested(t *testing.T, cells map[string]string) (body []byte, gap bool) {
	t.Helper()
	var doc any
	for path, v := range cells {
		if !strings.Contains(path, "[]") { // filled in by the definition, in a group
			doc = pipeline.PathPointer(path).Set(doc, v)
		}
	}
	var lists func(v any) any
	lists = func(v any) any {
		m, ok := v.(map[string]any)
		if !ok {
			return v
		}
		var items []any
		for name, member := range m {
			m[name] = lists(member)
			if strings.Trim(name, "0123456789") == "" {
				items = append(items, nil)
			}
		}
		if items == nil {
			return m
		}
		for i := range items {
			member, there := m[strconv.Itoa(i)]
			items[i], gap = member, gap || !there
		}
		return items
	}
	body, err := json.Marshal(lists(doc))
	if err != nil {
		t.Fatal(err)
	}
	return body, gap
}

func TestBodiesThatAreNone(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	for name, raw := range map[string]string{
		"nothing":           "",
		"no JSON":           "customerType=individual",
		"half":              `{"customerType":`,
		"two":               `{"customerType":"individual"}{}`,
		"a list":            `[{"customerType":"individual"}]`,
		"a text":            `"individual"`,
		"null":              `null`,
		"a number too long": `{"customerType":"individual","customer":{"firstName":1e999999999}}`,
		"too many digits":   `{"customerType":"individual","customer":[` + strings.Repeat("9", 1000) + `]}`,
		"nested too deep":   strings.Repeat(`{"customer":`, 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			shape, keys, problems, err := checkBody(d, []byte(raw))
			if err == nil || shape != "" || keys != nil || problems != nil {
				t.Errorf("shape %q, %v, %v, %v", shape, keys, pairs(problems), err)
			}
		})
	}
}

func TestBodiesOfNoShape(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	for raw, code := range map[string]pipeline.ProblemCode{
		`{}`:                            pipeline.ProblemRequired,
		`{"customerType":""}`:           pipeline.ProblemRequired,
		`{"customerType":null}`:         pipeline.ProblemRequired,
		`{"customerType":"Individual"}`: pipeline.ProblemEnum,
		`{"customerType":7}`:            pipeline.ProblemEnum,
	} {
		shape, _, problems, err := checkBody(d, []byte(raw))
		if err != nil || shape != "" || len(problems) != 1 || problems[0].Field != "customerType" ||
			problems[0].Code != code || problems[0].Message == nil {
			t.Errorf("%s: shape %q, %v, %v", raw, shape, pairs(problems), err)
		}
	}
}

// A member that is not in the schema is refused, and so is one of another type.
func TestBodiesWithStrangeMembers(t *testing.T) {
	d := embeddedDefinition(t, "passport")
	good := `{"type":"BUSINESS","business_name":"EJEMPLO ` +
		`SAS","email":"pagos@example.org","mobile_phone_number":"+573005550101","identification_type":"NIT",` +
		`"identification_number":"999000011"`
	for raw, want := range map[string][]string{
		good + `}`:              nil,
		good + `,"extra":"x"}`:  {" schema"},
		good + `,"email":null}`: {"email type"},
		good + `,"email":["a"]}`: {
			"email type"},
		good + `,"business_name":{"a":1}}`:           {"business_name type"},
		good + `,"identification_number":999000011}`: {"identification_number type"},
	} {
		_, _, problems, err := checkBody(d, []byte(raw))
		if diff := cmp.Diff(want, pairs(problems)); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
}

// Several requests are checked at once.
func TestBodiesAreCheckedSeveralAtOnce(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	individual, business := individualCells(), businessCells()
	bodies := map[string]string{
		"individual": newSheet(t, d, sortedPaths(individual)...).body(t, individual),
		"business":   newSheet(t, d, sortedPaths(business)...).body(t, business),
	}
	var wait sync.WaitGroup
	for range 4 {
		for want, body := range bodies {
			wait.Go(func() {
				for range 50 {
					shape, keys, problems, err := checkBody(d, []byte(body))
					if shape != want || len(keys) == 0 || len(problems) > 0 || err != nil {
						t.Errorf("shape %q, %v, %v, %v", shape, keys, pairs(problems), err)
					}
					_, _, problems, err = checkBody(d, []byte(strings.Replace(body, `"F"`, `"X"`, 1)))
					if len(problems) != 1 || err != nil {
						t.Errorf("%v, %v", pairs(problems), err)
					}
				}
			})
		}
	}
	wait.Wait()
}
