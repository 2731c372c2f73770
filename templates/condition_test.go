package templates

import (
	"testing"

	"muster/pipeline"
)

// TestConditionsByPath: which answers meet a condition by path, and that a condition's sample, where there is one,
// meets it too.
func TestConditionsByPath(t *testing.T) {
	dup := `{"errors":[{"code":"other","at":"/name"},{"code":"dup","at":"/email","n":2}]}`
	for _, c := range []struct {
		when   yamlCondition
		doc    string
		holds  bool
		sample string // "" for none
	}{
		{yamlCondition{Path: text{s: "$.errors[?@.code == 'dup']"}}, dup, true, `{"errors":[{"code":"dup"}]}`},
		{yamlCondition{Path: text{s: "$.errors[?@.code == 'dup']"}}, `{"errors":[{"code":"x"}]}`, false, `{"errors":[{"code":"dup"}]}`},
		{yamlCondition{Path: text{s: "$.errors[?@.code == 'dup']"}}, `[]`, false, `{"errors":[{"code":"dup"}]}`},
		{yamlCondition{Path: text{s: "$.errors[?@.code == 'dup'].at"}, Is: text{s: "/email"}}, dup, true,
			`{"errors":[{"at":"/email","code":"dup"}]}`},
		{yamlCondition{Path: text{s: "$.errors[?@.code == 'dup'].at"}, Is: text{s: "/name"}}, dup, false,
			`{"errors":[{"at":"/name","code":"dup"}]}`},
		{yamlCondition{Path: text{s: "$.errors[*].code"}, Contains: texts{{s: "DUP"}}}, dup, true, `{"errors":[{"code":"DUP"}]}`},
		{yamlCondition{Path: text{s: "$.errors[0].code"}, Prefix: text{s: "oth"}}, dup, true, `{"errors":[{"code":"oth"}]}`},
		{yamlCondition{Path: text{s: "$.errors[?@.n == 2].n"}, Is: text{s: "2"}}, dup, true, `{"errors":[{"n":2}]}`},
		{yamlCondition{Path: text{s: "$..code"}, Is: text{s: "dup"}}, dup, true, `{"code":"dup"}`},
		{yamlCondition{Path: text{s: "$.errors[?@.n > 1]"}}, dup, true, ""},
		{yamlCondition{Path: text{s: "$.errors[3]"}}, dup, false, ""},
		{yamlCondition{Path: text{s: "$.errors[?@.code == 'dup'][0]"}}, dup, false, ""},
	} {
		r := &reader{}
		got := fieldChecker{r, &pipeline.Provider{}}.condition(&c.when, false)
		if len(r.mistakes) > 0 {
			t.Errorf("%s: %v", c.when.Path.s, r.mistakes)
			continue
		}
		doc, err := pipeline.DecodeJSON([]byte(c.doc))
		if err != nil {
			t.Fatal(err)
		}
		if holds := got.Holds(doc); holds != c.holds {
			t.Errorf("%s for %s: %v", c.when.Path.s, c.doc, holds)
		}
		sample := ""
		if got.Sample != nil {
			raw, err := pipeline.EncodeJSON(got.Sample)
			if err != nil {
				t.Fatal(err)
			}
			if sample = string(raw); !got.Holds(got.Sample) {
				t.Errorf("%s: the sample %s does not fit", c.when.Path.s, sample)
			}
		}
		if sample != c.sample {
			t.Errorf("%s: the sample is %s, want %s", c.when.Path.s, sample, c.sample)
		}
	}
}
