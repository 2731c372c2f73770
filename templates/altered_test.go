package templates_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"muster/templates"
)

const (
	yamlFile   = "provider.yaml"
	schemaFile = "body.schema.json"
)

// edit replaces the first old in a file by new; old "" means the whole file.
type edit struct{ file, old, new string }

// embeddedOnce is what templates.Embedded gives; it is never changed.
var embeddedOnce = sync.OnceValues(templates.Embedded)

func embeddedDefinition(t *testing.T, name string) *templates.Definition {
	t.Helper()
	set, err := embeddedOnce()
	if err != nil {
		t.Fatal(err)
	}
	d, err := set.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// alteredFiles are an embedded definition's two files after the edits.
func alteredFiles(t *testing.T, from string, edits ...edit) map[string]string {
	t.Helper()
	d := embeddedDefinition(t, from)
	files := map[string]string{}
	for _, name := range []string{yamlFile, schemaFile} {
		data, err := d.File(name)
		if name == schemaFile && d.Base() != nil {
			name = "body.patch.json"
			data, err = d.File(name)
		}
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	for _, e := range edits {
		if e.old == "" {
			files[e.file] = e.new
			continue
		}
		if !strings.Contains(files[e.file], e.old) {
			t.Fatalf("%s of %s has no %q to alter", e.file, from, e.old)
		}
		files[e.file] = strings.Replace(files[e.file], e.old, e.new, 1)
	}
	return files
}

// findIn loads a definition of these files from a folder of its own.
func findIn(t *testing.T, files map[string]string) (*templates.Definition, error) {
	t.Helper()
	set, err := embeddedOnce()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "acme")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return set.Find(dir)
}

// withSchema is a user's definition: Passport's calls with another body. The schema must have the field id, which is
// the key, and name.
func withSchema(t *testing.T, schema string, edits ...edit) (*templates.Definition, error) {
	t.Helper()
	all := append([]edit{
		{schemaFile, "", schema},
		{yamlFile, "name: passport", "name: acme"},
		{yamlFile, "{name: nit, label: NIT, field: identification_number, normalise: [digits]}",
			"{name: id, field: id}"},
		{yamlFile, "  - {field: business_name, normalise: [lower, collapse]}\n  - {field: identification_number, " +
			"normalise: [digits]}\n  - {field: type}\n",
			"  - {field: id}\n  - {field: name}\n"},
		{yamlFile, "  - [business_name]", "  - [name]"},
	}, edits...)
	return findIn(t, alteredFiles(t, "passport", all...))
}

func mustWithSchema(t *testing.T, schema string, edits ...edit) *templates.Definition {
	t.Helper()
	d, err := withSchema(t, schema, edits...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
