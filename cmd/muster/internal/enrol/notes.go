package enrol

import (
	"context"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// notes are the notes of a run: shown at once, and kept for its report.
type notes struct {
	job  *Job
	run  string
	kept []*pipeline.Message
}

func (n *notes) add(m *pipeline.Message) { n.note(Noted{Run: n.run, Message: m}) }

func (n *notes) note(e Noted) {
	n.kept = append(n.kept, e.Message)
	n.job.see(e)
}

// otherServer notes that the ledger is on another server than at the last import, or was restored, and whether an import
// will be refused because of that.
func (n *notes) otherServer(ctx context.Context, l *ledger.Ledger) error {
	other, isRefused, err := l.OtherServer(ctx, n.job.Target.Namespace)
	switch {
	case err != nil || other == nil:
		return err
	case isRefused:
		n.note(Noted{Run: n.run, Warning: true, Message: pipeline.Say("enrol.import_will_be_refused", "path", l.Path(),
			"why", other.What, "hint", other.Hint)})
	default:
		n.add(otherServer(l, other.What))
	}
	return nil
}

// beforeCheck notes what muster found out by itself about the book and its mapping.
func (n *notes) beforeCheck(b *Book) {
	n.origin(b)
	for _, m := range append(b.Notes(), b.grouped()...) {
		n.add(m)
	}
	if b.sheet != nil {
		for _, m := range b.sheet.Notes() {
			n.add(m)
		}
	}
	if m := b.ignored(); m != nil {
		n.add(m)
	}
}

// afterCheck notes what was found in the rows.
func (n *notes) afterCheck(b *Book, plan *importer.Plan) {
	n.zeros(&plan.Zeros)
	for _, m := range append(b.checker.Notes(), b.Trimmed(), b.Spelled(), b.Hidden(), b.Repeated()) {
		if m != nil {
			n.add(m)
		}
	}
	if m := b.Merged(); m != nil && !b.mapping.Joins() { // rows of one customer leave such cells empty
		n.note(Noted{Run: n.run, Warning: true, Message: m}) // values may be missing
	}
	if m := b.Moved(); m != nil {
		n.note(Noted{Run: n.run, Warning: true, Message: m}) // values may be in the wrong fields
	}
	if m := b.Below(); m != nil {
		n.note(Noted{Run: n.run, Warning: true, Message: m}) // they may be merchants
	}
	examples := b.Examples()
	if len(examples.Rows) > 0 {
		n.add(pipeline.Say("enrol.examples", "count", len(examples.Rows), "rows", examples.Rows))
	}
	if len(examples.Filled) > 0 {
		// A warning, because nothing else says that a merchant may be missing.
		n.note(Noted{Run: n.run, Warning: true, Message: pipeline.Say("enrol.examples_changed",
			"count", len(examples.Filled), "rows", examples.Filled, "column", pipeline.OriginColumn)})
	}
}

// zeros warns of keys that differ from others only in leading zeros: one customer may be enrolled twice.
func (n *notes) zeros(z *importer.Zeros) {
	label := func(key int) pipeline.Localized { return n.job.provider().Keys[key].Label }
	if z.Count > 0 {
		n.note(Noted{Run: n.run, Warning: true, Message: pipeline.Say("enrol.keys_but_zeros", "count", z.Count,
			"key", label(z.Key), "row", z.Row, "other", z.Other)})
	}
	if len(z.Known) > 0 {
		n.note(Noted{Run: n.run, Warning: true, Message: pipeline.Say("enrol.known_but_zeros", "count", len(z.Known),
			"key", label(z.KnownKey), "rows", z.Known)})
	}
}

// origin notes where the run of a results workbook differs from this one.
func (n *notes) origin(b *Book) {
	o, here := b.Origin(), n.job.Target.Namespace
	if o == nil {
		return
	}
	if o.Digest != n.job.provider().Digest {
		n.add(pipeline.Say("enrol.definition_changed", "definition", o.Definition, "run", o.Run))
	}
	if b.source.Mapping != "" && (b.source.Fix == nil || b.mappingSHA256() != b.source.Fix.Run.MappingSHA256) {
		n.add(pipeline.Say("enrol.other_mapping", "mapping", b.source.Mapping, "run", o.Run))
	}
	switch {
	case o.Command == commandCheck && !here.Rehearsal():
		n.add(pipeline.Say("enrol.only_of_check", "book", o.Book.Path))
	case o.Env == pipeline.EnvLocal && !here.Rehearsal():
		n.add(pipeline.Say("enrol.only_of_rehearsal", "book", o.Book.Path))
	case o.Env != here.Env || o.Account != here.Account:
		place := pipeline.Namespace{Provider: here.Provider, Env: o.Env, Account: o.Account}
		n.add(pipeline.Say("enrol.other_place", "run", o.Run, "place", place.Message()))
	}
}

// Notes are those about the book, which mapping was taken, and its other sheets.
func (b *Book) Notes() []*pipeline.Message {
	notes := b.Book.Notes()
	if b.chosen != nil {
		notes = append(notes, b.chosen)
	}
	return append(notes, b.otherSheets...)
}

// ignored names the columns that go neither to a field nor into the reports; nil when there are none.
func (b *Book) ignored() *pipeline.Message {
	named := slices.DeleteFunc(slices.Clone(b.Header()), func(c pipeline.Column) bool {
		return pipeline.Canonical(c.Name) == ""
	})
	var ignored []string
	for i, name := range pipeline.ColumnNames(named) {
		at := func(c pipeline.Column) bool { return c.Index == named[i].Index }
		if slices.ContainsFunc(b.mapping.Ignored(), at) && !slices.ContainsFunc(b.carry, at) && !pipeline.IsOriginColumn(named[i].Name) {
			ignored = append(ignored, strings.Join(strings.Fields(name), " "))
		}
	}
	if len(ignored) == 0 {
		return nil
	}
	return pipeline.Say("enrol.ignored", "columns", ignored)
}

// grouped is a note about rows that are one customer; none when each row is one.
func (b *Book) grouped() []*pipeline.Message {
	group, by := b.mapping.Grouping()
	if len(by) == 0 {
		return nil
	}
	var names []string
	for _, c := range by {
		names = append(names, pipeline.ColumnNames([]pipeline.Column{c})...)
	}
	return []*pipeline.Message{pipeline.Say("enrol.grouped", "columns", names, "group", group)}
}
