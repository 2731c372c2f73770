package newdefinition

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Answers
		wrong      []string // line and code
	}{
		{"none", "", Answers{}, nil},
		{"lists and texts", "same_customer: email, tax_id\ncreated: [200, 201]\nat_once: 2\nrate:\ntitle: A, B\n",
			Answers{"same_customer": {"email", "tax_id"}, "created": {"200", "201"}, "at_once": {"2"}, "title": {"A, B"}},
			nil},
		{"all mistakes", "nme: acme\nrate: lots\nat_once: 0\nresend: maybe\nlook_up: /customers\nid: data.id\n", nil,
			[]string{"1 new_definition.unknown_question", "2 target.rate", "3 new_definition.want_number",
				"4 new_definition.want_one_of", "5 new_definition.want_call", "6 new_definition.want_pointer"}},
		{"forms", "sandbox: http://x.example\ntimeout: long\ncreated: ok\nresend_header: a b\nname: A\n" +
			"rate: [1/s, 2/s]\n", nil,
			[]string{"1 new_definition.want_url", "2 new_definition.want_duration", "3 new_definition.want_answer",
				"4 new_definition.want_name", "5 definition.name_form", "6 new_definition.want_text"}},
		{"twice", "name: a\nname: b\n", nil, []string{"2 definition.member_twice"}},
		{"nowhere", "sandbox: none\nproduction: none\n", nil, []string{"0 new_definition.no_environment"}},
		{"both", "schema: s.json\nexample: e.json\n", nil, []string{"0 new_definition.schema_and_example"}},
		{"a list", "- name\n", nil, []string{"1 new_definition.no_answers"}},
		{"no YAML", "a: [\n", nil, []string{"1 definition.yaml"}},
	} {
		got, err := Read("answers.yaml", []byte(c.text))
		var all pipeline.Mistakes
		if one := (*pipeline.Mistake)(nil); !errors.As(err, &all) && errors.As(err, &one) {
			all = pipeline.Mistakes{one}
		}
		var wrong []string
		for _, m := range all {
			wrong = append(wrong, fmt.Sprint(m.Place.Line, " ", pipeline.MessageOf(m.Reason()).Code))
		}
		if diff := cmp.Diff(c.want, got); diff != "" || !slices.Equal(wrong, c.wrong) {
			t.Errorf("%s: %v\n%s", c.name, wrong, diff)
		}
	}
}

// Only questions that arise are asked, again when the answer's form is wrong, and not when they have an answer.
func TestInterview(t *testing.T) {
	lines := map[string][]string{"resend": {"perhaps", resendReference}, "resend_field": {"reference"},
		"sandbox": {none}, "production": {none, "https://api.acme.example"}, "same_customer": {" email , reference "}}
	a := Answers{"name": {"acme"}}
	var asked, wrong []string
	err := a.Interview(func(q *Question, m *pipeline.Mistake) (string, error) {
		if asked = append(asked, q.Name); m != nil {
			wrong = append(wrong, q.Name)
		}
		if len(lines[q.Name]) == 0 {
			return "", nil
		}
		line := lines[q.Name][0]
		lines[q.Name] = lines[q.Name][1:]
		return line, nil
	})
	want := Answers{"name": {"acme"}, "resend": {resendReference}, "resend_field": {"reference"}, "sandbox": {none},
		"production": {"https://api.acme.example"}, "same_customer": {"email", "reference"}}
	if diff := cmp.Diff(want, a); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if !slices.Equal(wrong, []string{"resend", "production"}) || slices.Contains(asked, "name") ||
		slices.Contains(asked, "resend_header") || slices.Contains(asked, "look_up_id") {
		t.Errorf("asked %q, of them again %q", asked, wrong)
	}
	stop := errors.New("stop")
	if err := a.Interview(func(*Question, *pipeline.Mistake) (string, error) { return "", stop }); err != stop {
		t.Errorf("got %v", err)
	}
}

func TestDerive(t *testing.T) {
	d, err := Derive([]byte(`{"a": {"email": "x@y.co", "n": 1.5, "k": 12345678},
		"list": [{"born": "1999-12-31"}], "ok": true,
		"tags": [], "gone": null, "words": ["x"]}`), Deriving{Optional: []string{"a.n", "list[].born"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "a": {
      "type": "object",
      "properties": {
        "email": {"type": "string", "format": "email", "examples": ["ana.ejemplo@example.org"]},
        "n": {"type": "number", "examples": [1.5]},
        "k": {"type": "integer", "examples": [12355501]}
      },
      "required": ["email", "k"],
      "additionalProperties": false
    },
    "list": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "born": {"type": "string", "format": "date", "examples": ["1999-12-31"]}
        },
        "required": [],
        "additionalProperties": false
      }
    },
    "ok": {"type": "boolean", "examples": [true]},
    "words": {
      "type": "array",
      "items": {"type": "string", "minLength": 1, "examples": ["x"]}
    }
  },
  "required": ["a", "list", "ok", "words"],
  "additionalProperties": false
}
`
	if diff := cmp.Diff(want, string(d.Schema)); diff != "" || !slices.Equal(d.LeftOut, []string{"tags", "gone"}) {
		t.Errorf("%q\n%s", d.LeftOut, diff)
	}
	for _, c := range []struct {
		example, optional string
		code              pipeline.MessageCode
	}{
		{`{"a": 1`, "a", "new_definition.example_json"}, {`{"a": 1} {}`, "a", "new_definition.example_json"},
		{`[1]`, "a", "new_definition.example_object"}, {`{}`, "a", "new_definition.example_object"},
		{`{"a": 1}`, "b", "new_definition.unknown_optional"},
	} {
		_, err := Derive([]byte(c.example), Deriving{Optional: []string{c.optional}})
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.What.Code != c.code {
			t.Errorf("%s: %v", c.example, err)
		}
	}
}

// Nothing of an example that may be a real person's is kept; words that programs know are.
func TestMadeUp(t *testing.T) {
	for _, c := range []struct{ path, value, want string }{
		{"email", "owner@realshop.com", "ana.ejemplo@example.org"},
		{"first_name", "Jane", "Ana"},
		{"lastName", "Doe", "Ejemplo"},
		{"business_name", "Real Shop", "Ejemplo SAS"},
		{"owner.name", "Jane Doe", "Ana Ejemplo"},
		{"dateOfBirth", "1999-12-31", "1980-01-02"},
		{"phone", "+57 311 234 5678", "+57 355 501 0155"},
		{"nit", "900.123.456-7", "900.555.010-1"},
		{"type", "BUSINESS", "BUSINESS"},
		{"name_type", "LEGAL", "LEGAL"},
		{"country", "CO", "CO"},
		{"zip", "0110", "0110"},
	} {
		if got := madeUp(c.path, c.value); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.path, c.value, got, c.want)
		}
	}
}

// A provider's own schema needs no examples: a row is made up where its rules allow it.
func TestExampleRow(t *testing.T) {
	columns, cells := exampleRow([]pipeline.Field{
		{Path: "type", Only: "BUSINESS", Required: true}, {Path: "kind", Enum: []string{"a", "b"}, Required: true},
		{Path: "email", Format: "email", Required: true}, {Path: "born", Format: "date", Required: true},
		{Path: "n", Kind: "integer", Required: true}, {Path: "ok", Kind: "boolean", Required: true},
		{Path: "city", Example: "Cali"}, {Path: "line2"}, {Path: "code", Pattern: "^[A-Z]{3}$", Required: true},
		{Path: "list[].text", Required: true, MinLength: 9}, {Path: "short", Required: true, MaxLength: 3},
		{Path: "mobile", Format: "phone", Required: true}, {Path: "land", Format: "country-a2", Required: true},
		{Path: "person.born", Shapes: []string{"person"}, Required: true},
		{Path: "firm.nit", Shapes: []string{"firm"}, Required: true},
		{Path: "what", Enum: []string{"firm", "person"}, Shapes: []string{"firm", "person"}, Required: true},
	}, "what")
	want := "type=BUSINESS kind=a email=ana.ejemplo@example.org born=1980-01-02 n=1 ok=true " +
		"city=Cali list[0].text=Ejemplo11 short=Eje mobile=+573005550101 land=CO firm.nit=Ejemplo what=firm"
	var got []string
	for i := range columns {
		got = append(got, columns[i]+"="+cells[i])
	}
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}
