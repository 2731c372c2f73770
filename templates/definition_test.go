package templates_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

// What --provider may name.
func TestFind(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Names(); !slices.Equal(got, []string{"connectfi", "juicyway", "juicyway-phone", "passport",
		"passport-link"}) {
		t.Errorf("the names are %v", got)
	}
	for _, name := range set.Names() {
		found, err := set.Find(name)
		if err != nil || !set.Has(name) || found.Provider().Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "provider.yaml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	halfway := filepath.Join(dir, "halfway")
	if err := os.Mkdir(halfway, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(halfway, "provider.yaml"), []byte("name: x"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, what, file string
		code, hint       pipeline.MessageCode
	}{
		{"unknown name", "acme", "acme", "definition.unknown", "definition.try_names"},
		{"name in capitals", "Passport", "Passport", "definition.unknown", "meant_or"},
		{"misspelled name", "pasport", "pasport", "definition.unknown", "meant_or"},
		{"nothing", "", "", "definition.unknown", "definition.try_names"},
		{"missing folder", dir + "/nowhere", dir + "/nowhere", "definition.unreadable", "definition.try_names"},
		{"a file", file, file, "definition.is_a_file", "definition.try_names"},
		{"a folder without a definition", empty, empty + "/provider.yaml", "definition.unreadable",
			"definition.try_compare"},
		{"a folder without a schema", halfway + "/", halfway + "/body.schema.json", "definition.unreadable",
			"definition.try_compare"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := set.Find(tt.what)
			m := wantMistake(t, err, tt.code, tt.hint)
			if m.Place != (pipeline.Place{Kind: "definition", File: tt.file}) {
				t.Errorf("the place is %v, want %s", m.Place, tt.file)
			}
			if tt.code == "definition.unreadable" && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v has not the cause", err)
			}
			hint := m.Hint
			if hint.Code == "meant_or" {
				if hint.Arg("meant") != "passport" {
					t.Errorf("%v is meant", hint.Arg("meant"))
				}
				hint = hint.Arg("hint").(*pipeline.Message)
			}
			names, _ := hint.Arg("names").([]string)
			if hint.Code == "definition.try_names" && !slices.Equal(names, set.Names()) {
				t.Errorf("the hint names %q", names)
			}
		})
	}
}

// The pages of facts beside a definition are for people and are not exported with it.
func TestFactsAreNoPartOfADefinition(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		name := d.Provider().Name
		if _, err := os.Stat("providers/" + name + "/FACTS.md"); err != nil {
			t.Error(err)
		}
		files, err := d.Files()
		if err != nil || !slices.Contains(files, yamlFile) || slices.Contains(files, "FACTS.md") {
			t.Errorf("%s: %v, %v", name, files, err)
		}
	}
}

// A definition that is exported to a folder and loaded again is the same.
func TestDefinitionsFromFoldersAreTheSame(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		name := d.Provider().Name
		again, err := findIn(t, alteredFiles(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again.Provider().Digest != d.Provider().Digest || len(d.Provider().Digest) != 64 {
			t.Errorf("%s: the digest is %s, and %s from a folder", name, d.Provider().Digest, again.Provider().Digest)
		}
		if !slices.Equal(again.Columns(), d.Columns()) {
			t.Errorf("%s: other columns from a folder", name)
		}
	}
}

// Scalars are read as they are spelt: NO is Norway, 012 keeps its zero.
func TestTextsAreTakenAsTheyAreSpelled(t *testing.T) {
	d, err := findIn(t, alteredFiles(t, "passport",
		edit{yamlFile, "title: Passport Fintech (Bre-B, Visionamos)", "title: NO"},
		edit{yamlFile, "status: 400, code: invalid_data", "status: 400, code: 012"}))
	if err != nil {
		t.Fatal(err)
	}
	if p := d.Provider(); p.Title != "NO" || p.Standin.Refused.Code != "012" {
		t.Errorf("title %q, code %q", p.Title, p.Standin.Refused.Code)
	}
}
