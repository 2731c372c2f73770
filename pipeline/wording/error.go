package wording

import (
	"errors"
	"strings"

	"muster/pipeline"
)

// Error words an error: with its place, and with its cause where its sentence
// has it. What has no sentence in a catalogue, as what the system says, comes
// as it is.
func (w *Wording) Error(err error) string {
	if err == nil {
		return ""
	}
	if worded, ok := err.(pipeline.Worded); ok {
		if m := worded.Sentence(); m != nil {
			return w.placed(err, w.Message(m))
		}
	}
	switch wrapper := err.(type) {
	case *pipeline.Mistake:
		return w.placed(err, w.Error(wrapper.Err))
	case interface{ Unwrap() []error }:
		var texts []string
		for _, e := range wrapper.Unwrap() {
			texts = append(texts, w.Error(e))
		}
		return strings.Join(texts, "\n")
	}
	var inner pipeline.Worded
	cause := errors.Unwrap(err)
	if !errors.As(cause, &inner) {
		return err.Error()
	}
	front, ok := strings.CutSuffix(err.Error(), cause.Error())
	if !ok {
		return w.Error(cause)
	}
	return front + w.Error(cause)
}

// placed writes the place of a mistake in front of its sentence.
func (w *Wording) placed(err error, sentence string) string {
	if m, ok := err.(*pipeline.Mistake); ok {
		if where := w.Place(m.Place); where != "" {
			return where + ": " + sentence
		}
	}
	return sentence
}

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
