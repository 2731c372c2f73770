package enrol

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// notes are the sentences of a run: shown at once, and kept for its report.
type notes struct {
	job  *Job
	run  string
	kept []string
}

func (n *notes) add(format string, args ...any) {
	n.note(Noted{Run: n.run, Message: fmt.Sprintf(format, args...)})
}

func (n *notes) note(e Noted) {
	n.kept = append(n.kept, e.Message)
	n.job.see(e)
}

// beforeCheck says what was found out about the book and its mapping because
// nobody had said it.
func (n *notes) beforeCheck(b *Book) {
	n.origin(b)
	for _, s := range append(b.Notes(), b.grouped()...) {
		n.add("%s", s)
	}
	if b.sheet != nil {
		for _, s := range b.sheet.Notes() {
			n.add("%s", s)
		}
	}
	if s := b.ignored(); s != "" {
		n.add("%s", s)
	}
}

// afterCheck says what was found in the rows.
func (n *notes) afterCheck(b *Book) {
	for _, s := range []string{b.Trimmed(), b.Hidden()} {
		if s != "" {
			n.add("%s", s)
		}
	}
	examples := b.Examples()
	if s := examplesNote(examples.Rows); s != "" {
		n.add("%s", s)
	}
	if len(examples.Filled) == 0 {
		return
	}
	are := "are"
	if len(examples.Filled) == 1 {
		are = "is"
	}
	// Nothing else says that a merchant may be missing.
	n.note(Noted{Run: n.run, Warning: true, Message: fmt.Sprintf("%s %s not the template's example any more, and not "+
		"imported: a merchant's row has nothing in the column %q", pipeline.ListRows(examples.Filled), are,
		pipeline.OriginColumn)})
}

// examplesNote is the sentence about the rows that are examples; "" when there
// are none.
func examplesNote(rows []int) string {
	const shown = 10
	switch n := len(rows); {
	case n == 0:
		return ""
	case n == 1:
		return fmt.Sprintf("row %d is the example of the template: not imported", rows[0])
	default:
		var numbers []string
		for _, r := range rows[:min(n, shown)] {
			numbers = append(numbers, strconv.Itoa(r))
		}
		more := ""
		if n > shown {
			more = fmt.Sprintf(" and %d more", n-shown)
		}
		return fmt.Sprintf("rows %s%s are examples of the template: not imported", strings.Join(numbers, ", "), more)
	}
}

// origin says where the run of a results workbook differs from this one.
func (n *notes) origin(b *Book) {
	o, here := b.Origin(), n.job.Target.Namespace
	if o == nil {
		return
	}
	if o.Digest != n.job.provider().Digest {
		n.add("the definition of %s has changed since run %s", o.Definition, o.Run)
	}
	if b.source.Mapping != "" {
		n.add("the mapping is %s, and not the one that run %s had", b.source.Mapping, o.Run)
	}
	const others = "these are only the rows that a %s to mend: all others are enrolled by importing %s itself"
	switch {
	case o.Command == commandCheck && !here.Rehearsal():
		n.add(others, "check found", o.Book.Path)
	case o.Env == pipeline.EnvLocal && !here.Rehearsal():
		n.add(others, "rehearsal left", o.Book.Path)
	case o.Env != here.Env || o.Account != here.Account:
		n.add("run %s went to %s", o.Run, pipeline.Namespace{Provider: o.Definition, Env: o.Env, Account: o.Account})
	}
}

// Notes are the book's, and what was seen in its other sheets.
func (b *Book) Notes() []string { return append(b.Book.Notes(), b.otherSheets...) }

// ignored is the sentence about columns that feed nothing; "" when all do.
func (b *Book) ignored() string {
	ignored := slices.DeleteFunc(slices.Clone(b.mapping.Ignored()), func(c pipeline.Column) bool {
		return pipeline.IsOriginColumn(c.Name)
	})
	if len(ignored) == 0 {
		return ""
	}
	return "columns that feed no field and are ignored: " + pipeline.List(pipeline.ColumnNames(ignored))
}

// grouped is the sentence about the rows that are one customer; none where each
// row is one.
func (b *Book) grouped() []string {
	group, by := b.mapping.Grouping()
	if len(by) == 0 {
		return nil
	}
	var names []string
	for _, c := range by {
		names = append(names, pipeline.ColumnNames([]pipeline.Column{c})...)
	}
	return []string{fmt.Sprintf("rows one below the other with the same %s are one customer, each with an entry of %s",
		strings.Join(names, " and "), group)}
}
