package newdefinition

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"
	"muster/templates"
)

// The files of a new definition.
const (
	providerFile = "provider.yaml"
	schemaFile   = "body.schema.json"
	factsFile    = "FACTS.md"
	exampleFile  = "example.csv"
)

// Body describes the body of a request: a schema of the provider's own, or an example. Both may be empty; at most one
// is given.
type Body struct{ Schema, Example []byte }

// folder is a definition that is being written.
type folder struct {
	name    string // of the folder
	answers Answers
	say     func(*pipeline.Message) string
	// around are members of an example that are not of the row: JSON pointers and texts.
	around []member
}

// ask words the question with that name.
func (f *folder) ask(name string) string {
	for _, q := range Questions() {
		if q.Name == name {
			return f.say(q.Ask)
		}
	}
	return ""
}

// Absent refuses a folder in which [Write] would overwrite a file.
func Absent(dir string) error {
	for _, name := range []string{providerFile, schemaFile, factsFile, exampleFile} {
		if err := newfile.Absent(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// Written is what was written.
type Written struct {
	Files   []string
	LeftOut []string // see [Derived]
	// KeyFields are fields of a row that may be where the provider expects the key of a resend, which is no value of a
	// row.
	KeyFields []string
}

// Write writes the definition for the answers to a folder, which it creates if necessary. No file is overwritten, and
// when one cannot be written none is left behind. say words a question.
func Write(dir string, answers Answers, body Body, say func(*pipeline.Message) string) (*Written, error) {
	answers.Complete()
	f := &folder{name: filepath.Base(dir), answers: answers, say: say}
	schema, leftOut, err := f.schema(body)
	if err != nil {
		return nil, err
	}
	provider, err := f.provider()
	if err != nil {
		return nil, err
	}
	files := []struct {
		name string
		data []byte
	}{{providerFile, provider}, {schemaFile, schema}, {factsFile, f.facts(leftOut)}, {exampleFile, f.example(schema)}}
	if err := Absent(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, pipeline.MistakeOf(err)
	}
	written := &Written{LeftOut: leftOut, KeyFields: keyFields(schema, answers.Get("shape"))}
	for _, each := range files {
		if each.data == nil {
			continue
		}
		path := filepath.Join(dir, each.name)
		err := newfile.Write(path, func(w io.Writer) error {
			_, err := w.Write(each.data)
			return err
		})
		if err != nil {
			for _, path := range written.Files {
				err = errors.Join(err, os.Remove(path))
			}
			return nil, err
		}
		written.Files = append(written.Files, path)
	}
	return written, nil
}

// keyFields are the fields of a schema that are called as the key of a resend.
func keyFields(schema []byte, shape string) (paths []string) {
	fields, err := templates.SchemaFields(schema, shape)
	if err != nil {
		return nil // compiling the definition says why
	}
	return pipeline.KeyLike(fields)
}

// schema is body.schema.json. A member that muster fills with the key of a resend is no field of a row.
func (f *folder) schema(body Body) (schema []byte, leftOut []string, err error) {
	switch {
	case body.Schema != nil:
		all, err := readJSON(body.Schema)
		if err != nil {
			return nil, nil, pipeline.Wrong("new_definition.schema_json", "cause", err)
		}
		if own, ok := all.(object); ok && own.dropProperty(f.bodyKey()) {
			var out bytes.Buffer
			err = writeJSON(&out, own, "")
			return append(out.Bytes(), '\n'), nil, err
		}
		return body.Schema, nil, nil
	case body.Example != nil:
		d, err := Derive(body.Example, Deriving{f.answers.List("optional"), f.bodyKey(), f.answers.Get("under")})
		if err != nil {
			return nil, nil, err
		}
		f.around = d.around
		return d.Schema, d.LeftOut, nil
	}
	var out bytes.Buffer
	err = writeJSON(&out, object{{"$schema", draft}, {"$comment", templates.Unanswered + f.ask("example")},
		{"type", "object"}}, "")
	out.WriteByte('\n')
	return out.Bytes(), nil, err
}

// example is a book with one made-up customer; nil when the schema has no fields that muster understands, which
// compiling it reports.
func (f *folder) example(schema []byte) []byte {
	fields, err := templates.SchemaFields(schema, f.answers.Get("shape"))
	if err != nil {
		return nil
	}
	columns, cells := exampleRow(fields, f.answers.Get("shape"))
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.WriteAll([][]string{columns, cells}); err != nil {
		return nil // writing to memory does not fail
	}
	return out.Bytes()
}

// facts is the page for the source of each answer.
func (f *folder) facts(leftOut []string) []byte {
	var b strings.Builder
	title := firstOf(f.answers.Get("title"), f.answers.Get("name"), f.name)
	head := wrapped(f.say(pipeline.Say("new_definition.facts_head")), 120)
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", title, strings.Join(head, "\n"))
	row := func(cells ...string) {
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(strings.ReplaceAll(c, "|", `\|`), "\n", " ")
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	row(f.say(pipeline.Say("new_definition.facts_question")), f.say(pipeline.Say("new_definition.facts_answer")),
		f.say(pipeline.Say("new_definition.facts_source")))
	row("---", "---", "---")
	for _, q := range Questions() {
		if !q.Asked(f.answers) || q.Name == "schema" || q.Name == "example" {
			continue
		}
		values := f.answers.List(q.Name)
		switch {
		case len(values) > 0:
			row(f.say(q.Ask), strings.Join(values, ", "), f.say(pipeline.Say("new_definition.facts_unknown")))
		case !q.Optional:
			row(f.say(q.Ask), f.say(pipeline.Say("new_definition.facts_open")), "")
		}
	}
	unknown := f.say(pipeline.Say("new_definition.facts_unknown"))
	row(f.say(pipeline.Say("new_definition.facts_fields")), schemaFile, unknown)
	if len(leftOut) > 0 {
		row(f.say(pipeline.Say("new_definition.facts_left_out")), strings.Join(leftOut, ", "), unknown)
	}
	return []byte(b.String())
}
