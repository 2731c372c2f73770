package templates_test

import (
	"os"
	"slices"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

func exampleDefinitions(t *testing.T) []*templates.Definition {
	t.Helper()
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var defs []*templates.Definition
	for _, name := range set.Examples() {
		d, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, d)
	}
	return defs
}

// Examples say that they are examples, have a page of facts, and are not listed as providers that come with muster.
func TestExamples(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Examples()) < 2 {
		t.Errorf("the examples are %v", set.Examples())
	}
	for _, d := range exampleDefinitions(t) {
		p := d.Provider()
		if !p.Example || slices.Contains(set.Names(), p.Name) || !slices.Contains(set.Examples(), p.Name) {
			t.Errorf("%s: example %t", p.Name, p.Example)
		}
		if _, err := os.Stat("providers/examples/" + p.Name + "/FACTS.md"); err != nil {
			t.Error(err)
		}
		if _, err := p.Target(pipeline.TargetOptions{Env: pipeline.EnvSandbox}); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if _, err := p.Target(pipeline.TargetOptions{Env: pipeline.EnvProduction}); err == nil {
			t.Errorf("%s: production is taken", p.Name)
		}
	}
	for _, d := range embeddedDefinitions(t) {
		if d.Provider().Example {
			t.Errorf("%s is an example", d.Provider().Name)
		}
	}
}
