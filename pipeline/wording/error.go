package wording

import (
	"strings"

	"muster/pipeline"
)

// Error words an error: with its place, and with its cause if its sentence has a gap for it. A text that has no
// sentence in the catalogue, such as one from the operating system, is used as it is; see [pipeline.MessageOf].
func (w *Wording) Error(err error) string { return w.Message(pipeline.MessageOf(err)) }

// Place names a place for a person: muster.csv, sheet "May", row 4, column F.
func (w *Wording) Place(p pipeline.Place) string {
	var parts []string
	if file := w.file(p.Kind, p.File); file != "" {
		parts = append(parts, file)
	}
	if p.Sheet != "" {
		parts = append(parts, w.Say("place.sheet", "name", p.Sheet))
	}
	if p.Line > 0 {
		parts = append(parts, w.Say("place.line", "number", p.Line))
	}
	if p.Row > 0 {
		parts = append(parts, w.Say("place.row", "number", p.Row))
	}
	if p.Column != "" {
		parts = append(parts, w.Say("place.column", "name", p.Column))
	}
	return strings.Join(parts, ", ")
}

// file names a file by its kind.
func (w *Wording) file(kind, name string) string {
	switch kind {
	case "mapping":
		return w.Say("place.mapping", "file", name)
	case "ledger":
		return w.Say("place.ledger", "file", name)
	case "key file":
		return w.Say("place.key_file", "file", name)
	case "lock file":
		return w.Say("place.lock_file", "file", name)
	case "definition":
		return w.Say("place.definition", "file", name)
	case "report":
		return w.Say("place.report", "file", name)
	case "":
		return name
	}
	return kind + " " + name
}
