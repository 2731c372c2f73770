package templates_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func TestFieldsWithOneLegalValueAreFilledIn(t *testing.T) {
	d := embeddedDefinition(t, "passport")
	cells := map[string]string{"business_name": "EJEMPLO SAS", "email": "pagos@example.org",
		"mobile_phone_number": "+573005550101", "identification_number": "999000011"}
	s := newSheet(t, d, sortedPaths(cells)...)
	want := `{"type":"BUSINESS","business_name":"EJEMPLO ` +
		`SAS","email":"pagos@example.org","mobile_phone_number":"+573005550101","identification_type":"NIT",` +
		`"identification_number":"999000011"}`
	if got := s.body(t, cells); got != want {
		t.Errorf("the body is %s", got)
	}
	for _, e := range s.draft.Entries {
		if e.Filled != (e.Path == "type" || e.Path == "identification_type") {
			t.Errorf("the entry %s is filled: %v", e.Path, e.Filled)
		}
	}

	withColumn := newSheet(t, d, append(sortedPaths(cells), "type")...)
	if got := withColumn.body(t, cells); got != want {
		t.Errorf("an empty cell is not filled in: %s", got)
	}
	if got := withColumn.body(t, with(cells, "type", "BUSINESS")); got != want {
		t.Errorf("with its cell the body is %s", got)
	}
	if i := slices.IndexFunc(withColumn.draft.Entries,
		func(e pipeline.Entry) bool { return e.Path == "type" }); withColumn.draft.Entries[i].Filled {
		t.Error("a cell of the book counts as filled in by the definition")
	}
	for cell, says := range map[string]string{"business": `misspelled value="BUSINESS"`,
		"PERSON": `not_the_value value="BUSINESS"`} {
		draft := withColumn.check(with(cells, "type", cell))
		if len(draft.Problems) != 1 || draft.Problems[0].Code != pipeline.ProblemEnum ||
			draft.Problems[0].Message.String() != says || draft.Body != nil {
			t.Errorf("for another value: %+v", draft.Problems)
		}
	}
}

// A required object without a cell of its own is not lost.
const spareSchema = `{
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "name": {"type": "string"},
    "source": {
      "type": "object",
      "properties": {"channel": {"type": "string", "const": "import"}, "note": {"type": "string"}},
      "required": ["channel"],
      "additionalProperties": false
    },
    "contact": {
      "type": "object",
      "properties": {"phone": {"type": "string"}, "mail": {"type": "string"}},
      "additionalProperties": false
    },
    "shops": {
      "type": "array", "minItems": 1, "maxItems": 2,
      "items": {"type": "object", "properties": {"town": {"type": "string"}}, "additionalProperties": false}
    }
  },
  "required": ["id", "name", "source", "contact", "shops"],
  "additionalProperties": false
}`

func TestRequiredGroupsOfOptionalFields(t *testing.T) {
	d := mustWithSchema(t, spareSchema)
	base := map[string]string{"id": "1", "name": "Ana", "contact.phone": "5", "shops[0].town": "Cali"}
	all := append(sortedPaths(base), "contact.mail", "shops[1].town", "shops[2].town")
	s := newSheet(t, d, all...)
	const full = `{"id":"1","name":"Ana","source":{"channel":"import"},"contact":{"phone":"5"},"shops":[{"town":"Cali"}]}`
	tests := []struct {
		name  string
		cells map[string]string
		want  string // the body
		pairs []string
	}{
		{"complete", base, full, nil},
		{"a gap", moved(base, "shops[0]", "shops[2]"), full, nil},
		{"a group empty", with(base, "contact.phone", ""), "", []string{"contact required"}},
		{"a list empty", with(base, "shops[0].town", ""), "", []string{"shops required"}},
		{"both empty", with(base, "shops[0].town", "", "contact.phone", ""), "",
			[]string{"contact required", "shops required"}},
		{"too many", with(base, "shops[1].town", "Buga", "shops[2].town", "Tuluá"), "", []string{"shops items"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			draft := s.check(tt.cells)
			if diff := cmp.Diff(tt.pairs, pairs(draft.Problems)); diff != "" || string(draft.Body) != tt.want {
				t.Errorf("the body is %s; problems (-want +got):\n%s", draft.Body, diff)
			}
			for _, p := range draft.Problems {
				if p.Message == nil {
					t.Errorf("%s has no message", p.Field)
				}
			}
		})
	}
	// Without a column for them, every row lacks them, and none is sent.
	few := newSheet(t, d, "id", "name")
	if draft := few.check(base); len(draft.Problems) == 0 || draft.Body != nil {
		t.Errorf("a row without a required group has the body %s", draft.Body)
	}
}

// A rule that no row can keep refuses every row.
func TestRulesThatNoRowCanKeep(t *testing.T) {
	for name, rule := range map[string]string{
		"required by a condition, but no property": `"if": {"required": ["id"]}, "then": {"required": ["nowhere"]}`,
		"not":    `"not": {"required": ["id"]}`,
		"else":   `"if": false, "else": false`,
		"any of": `"anyOf": [{"required": ["a"]}, {"required": ["b"]}]`,
		"one of": `"allOf": [{"oneOf": [{"required": ["id"]}, {"required": ["name"]}]}]`,
	} {
		t.Run(name, func(t *testing.T) {
			d := mustWithSchema(t, `{"type": "object", "additionalProperties": false, "required": ["id", "name"],
				"properties": {"id": {"type": "string"}, "name": {"type": "string"}}, `+rule+`}`)
			draft := newSheet(t, d, "id", "name").check(map[string]string{"id": "1", "name": "Ana"})
			if len(draft.Problems) == 0 || draft.Body != nil {
				t.Errorf("the row has the body %s", draft.Body)
			}
			if _, _, problems, err := checkBody(d, []byte(`{"id":"1","name":"Ana"}`)); err != nil || len(problems) == 0 {
				t.Errorf("the body is taken (%v)", err)
			}
		})
	}
}

// Problems have the book's own column and path, also where the body closed a gap.
func TestProblemsNameTheBooksOwnColumns(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	business := moved(moved(businessCells(), "businessRepresentatives[0]", "businessRepresentatives[2]"),
		"businessRepresentatives[2].addresses[0]", "businessRepresentatives[2].addresses[1]")
	s := newSheet(t, d, sortedPaths(join(business, person("businessRepresentatives[0]."), individualCells(),
		under("businessRepresentatives[2].addresses[0].", addressCells),
		map[string]string{"businessRepresentatives[2].identificationDocuments[0].type": "",
			"businessRepresentatives[2].identificationDocuments[0].value": ""}))...)
	tests := []struct {
		name        string
		cells       map[string]string
		want        []string // field and code
		secret      bool
		withoutCell bool // the problem has a column even when its cell is empty
	}{
		{"in a moved group", with(business, "businessRepresentatives[2].gender", "X"),
			[]string{"businessRepresentatives[2].gender not_listed"}, false, false},
		{"in a group moved within it", with(business, "businessRepresentatives[2].addresses[1].stateCode", "ZZ"),
			[]string{"businessRepresentatives[2].addresses[1].stateCode not_listed"}, false, false},
		{"in a group in its place within it", with(business, "businessRepresentatives[2].phones[0].phoneNumber",
			"12-34-56"),
			[]string{"businessRepresentatives[2].phones[0].phoneNumber pattern"}, false, false},
		{"missing in a moved group", with(business, "businessRepresentatives[2].lastName", ""),
			[]string{"businessRepresentatives[2].lastName required"}, false, true},
		{"missing in a group moved within it", with(business, "businessRepresentatives[2].addresses[1].city", ""),
			[]string{"businessRepresentatives[2].addresses[1].city required"}, false, true},
		{"a secret one", with(business, "businessRepresentatives[2].identificationDocuments[0].type", "SSN",
			"businessRepresentatives[2].identificationDocuments[0].value", "12"),
			[]string{"businessRepresentatives[2].identificationDocuments[0].value pattern"}, true, false},
		{"the other shape's cells", with(business, "customer.gender", "F", "customer.firstName", "Ana"),
			[]string{"customer.firstName other_shape", "customer.gender other_shape"}, false, false},
		{"no shape", with(business, "customerType", ""), []string{"customerType required"}, false, true},
		{"a shape that is none", with(business, "customerType", "Business"), []string{"customerType not_listed"}, false,
			false},
		{"two things wrong", with(business, "customer.businessFederalEin", "12-3", "customerReference", "a b"),
			[]string{"customer.businessFederalEin pattern", "customerReference pattern"}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			draft := s.check(tt.cells)
			if diff := cmp.Diff(tt.want, pairs(draft.Problems)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			for _, p := range draft.Problems {
				if p.Column == nil || p.Column.Name != "column of "+p.Field {
					t.Errorf("%s is laid to %+v", p.Field, p.Column)
				}
				if p.Secret != tt.secret {
					t.Errorf("%s is secret: %v", p.Field, p.Secret)
				}
				if p.Message == nil || strings.Contains(p.Message.String(), "column of") {
					t.Errorf("the message is %q", p.Message)
				}
			}
		})
	}
}

// A book in which only one shape can be complete takes rows of that shape; those of the other are invalid, with
// everything that they lack.
func TestRowsOfAShapeThatTheBookCannotHold(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	s := newSheet(t, d, sortedPaths(individualCells())...)
	s.body(t, individualCells())
	draft := s.check(map[string]string{"customerReference": "Row0002", "customerType": "business"})
	want := []string{"customer.businessName required", "customer.businessFederalEin required"}
	for _, f := range businessGroups() {
		want = append(want, f+" required")
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, pairs(draft.Problems)); diff != "" || draft.Body != nil {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, p := range draft.Problems {
		if p.Column != nil {
			t.Errorf("%s is laid to a column that the book does not have: %v", p.Field, p.Column)
		}
	}
}

// No message repeats the content of a cell.
func TestMessagesHoldNoCell(t *testing.T) {
	word := rapid.StringMatching(`[QXZJKVWqxzjkvw]{6,12}`)
	for _, d := range embeddedDefinitions(t) {
		cells := map[string]string{}
		switch d.Provider().Name {
		case "connectfi":
			cells = join(individualCells(), businessCells(),
				map[string]string{"customer.identificationDocuments[0].type": "SSN",
					"customer.identificationDocuments[0].value": "000120001"})
		default:
			for _, f := range d.Provider().Fields {
				cells[f.Path] = f.Example
			}
		}
		paths := sortedPaths(cells)
		s := newSheet(t, d, paths...)
		rapid.Check(t, func(rt *rapid.T) {
			row := with(cells)
			var broken []string
			for range rapid.IntRange(1, 4).Draw(rt, "cells") {
				path := rapid.SampledFrom(paths).Draw(rt, "path")
				if path == "customerType" && rapid.Bool().Draw(rt, "keep the shape") {
					continue
				}
				w := word.Draw(rt, "word")
				broken = append(broken, w)
				row[path] = rapid.SampledFrom([]string{w, "<" + w + ">", w + "@", strings.Repeat(w, 30), w + "\n" + w,
					" " + w, w + "\x00"}).Draw(rt, "cell")
			}
			for _, p := range s.check(row).Problems {
				for _, w := range broken {
					if strings.Contains(strings.ToLower(p.Message.String()), strings.ToLower(w)) {
						rt.Fatalf("the message for %s repeats the cell: %s", p.Field, p.Message)
					}
				}
			}
		})
	}
}

const freeSchema = `{
  "type": "object",
  "properties": {
    "id": {"type": "string"},
    "name": {"type": "string"},
    "odd \"name\" \\ é": {"type": "string"},
    "shops": {"type": "array", "items": {"type": "object", "properties": {
      "town": {"type": "string"}, "house": {"type": "object", "additionalProperties": false, "properties": {
        "street": {"type": "string"}, "number": {"type": "string"}}}
    }, "additionalProperties": false}}
  },
  "additionalProperties": false
}`

// For any cells the body is JSON with their values, and a reused draft has nothing of the row before.
func TestBodiesAreWhatTheCellsSay(t *testing.T) {
	d := mustWithSchema(t, freeSchema)
	paths := []string{"id", "name", "odd \"name\" \\ é", "shops[0].town", "shops[0].house.street",
		"shops[2].house.number", "shops[2].town", "shops[3].house.street"}
	s := newSheet(t, d, paths...)
	text := rapid.OneOf(rapid.Just(""), rapid.String(),
		rapid.StringOf(rapid.SampledFrom([]rune("\"\\/<>&\x00\x01\x1f\x7f\n\r\t\b\f\u0085\u2028\u2029\ufeff\u200b😀é{}[],:"))))
	rapid.Check(t, func(rt *rapid.T) {
		cells := map[string]string{}
		filled := 0
		for _, p := range paths {
			if cells[p] = text.Draw(rt, p); cells[p] != "" {
				filled++
			}
		}
		draft := s.check(cells)
		if len(draft.Problems) > 0 {
			rt.Fatalf("problems: %v", pairs(draft.Problems))
		}
		if len(draft.Entries) != filled {
			rt.Fatalf("%d cells are filled, and there are %d entries", filled, len(draft.Entries))
		}
		entriesAreInBody(rt, draft)
		var compact []byte
		var doc any
		if err := json.Unmarshal(draft.Body, &doc); err != nil {
			rt.Fatal(err)
		}
		compact, err := json.Marshal(doc)
		if err != nil {
			rt.Fatal(err)
		}
		var again any
		if err := json.Unmarshal(compact, &again); err != nil || !cmp.Equal(doc, again) {
			rt.Fatalf("encoding/json reads the body otherwise (%v)", err)
		}
	})
}

// Two plans of one definition are independent of one another.
func TestPlansAreIndependent(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	cells := individualCells()
	want := newSheet(t, d, sortedPaths(cells)...).body(t, cells)
	t.Run("together", func(t *testing.T) {
		for range 4 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				s := newSheet(t, d, sortedPaths(cells)...)
				for range 100 {
					if got := s.body(t, cells); got != want {
						t.Fatalf("the body is %s", got)
					}
					s.check(with(cells, "customer.gender", "X"))
				}
			})
		}
	})
}

// A blank book's columns are the fields with more than one legal value, each once, and form a complete layout.
func TestColumnsOfABlankBook(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		columns := d.Columns()
		var want []string
		for _, f := range d.Provider().Fields {
			if f.Only == "" {
				want = append(want, strings.ReplaceAll(f.Path, "[]", "[0]"))
			}
		}
		if diff := cmp.Diff(want, columns); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d.Provider().Name, diff)
		}
		newSheet(t, d, columns...) // must be a complete layout
	}
}
