package templates

import (
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"muster/pipeline"
)

// goType is how the YAML library would name a type of this package.
var goType = regexp.MustCompile(`(into|in type) (\[\]|map\[string\])?(templates\.|struct)`)

// load loads a definition from files, without a base.
func load(files fs.FS, name string) (*Definition, error) {
	return new(Set).load(folder{files: files, name: name})
}

// For any files, loading ends with a usable definition or with a mistake for people.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"passport", "juicyway", "connectfi"} {
		y, err := embedded.ReadFile("providers/" + name + "/" + yamlFile)
		if err != nil {
			f.Fatal(err)
		}
		s, err := embedded.ReadFile("providers/" + name + "/" + schemaFile)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(y, s)
		f.Add([]byte(strings.Replace(string(y), "keys:", "keys: {a: b}\nx:", 1)), s)
		f.Add(y, []byte(strings.Replace(string(s), `"type"`, `"$ref": "#", "type"`, 1)))
	}
	f.Add([]byte("name: [a]"), []byte(`{"oneOf": [{"$ref": "#"}]}`))
	f.Add([]byte("auth: &a\n  header: x\n  <<: *a\n"), []byte(`{}`))
	f.Add([]byte("auth: &a {header: x}\nsign: &b {<<: *a, <<: *a}\ncreate: {<<: *b, <<: *b}\n"), []byte(`{}`))
	f.Add([]byte("shape: a"), []byte(`{"oneOf": [true, {}]}`))
	f.Add([]byte("? [a]\n: b"), []byte(`{"type": "object", "properties": {"a": {"$ref": "#"}}, "additionalProperties": `+
		`false}`))
	f.Fuzz(func(t *testing.T, y, s []byte) {
		d, err := load(fstest.MapFS{yamlFile: {Data: y}, schemaFile: {Data: s}}, "acme")
		if err != nil {
			var refused *pipeline.Mistake
			if !errors.As(err, &refused) || goType.MatchString(err.Error()) {
				t.Fatalf("%v", err)
			}
			return
		}
		var slots []pipeline.Slot
		for i, c := range d.Columns() {
			slots = append(slots, pipeline.Slot{Path: c, Field: d.provider.FieldIndex(c),
				Column: &pipeline.Column{Index: i, Name: c}})
		}
		plan, err := d.Plan(slots)
		if err != nil {
			t.Fatalf("a blank book's columns are no layout: %v", err)
		}
		if b, err := d.Blank(BlankOptions{}); err == nil {
			if err := errors.Join(b.WriteCSV(io.Discard, bare{}), b.WriteXLSX(io.Discard, bare{})); err != nil {
				t.Fatal(err)
			}
		}
		values := make([]string, len(slots))
		var draft pipeline.Draft
		for _, v := range []string{"", "1", "é <"} {
			for i := range values {
				values[i] = v
			}
			plan.Check(2, values, &draft)
			if (draft.Body == nil) != (len(draft.Problems) > 0) {
				t.Fatalf("%d problems and the body %s", len(draft.Problems), draft.Body)
			}
		}
	})
}

// bare words a message as its code and its arguments.
type bare struct{}

func (bare) Message(m *pipeline.Message) string { return m.String() }
