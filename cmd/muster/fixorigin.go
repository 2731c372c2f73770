package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
	"muster/reports"
	"muster/templates"
)

// fixOf is the sheet Fix that an open book is; nil for an ordinary book.
func (o *openBook) fixOf() *fixSheet {
	x, _ := o.bookSheet.(*fixSheet)
	return x
}

// bookName is what reports call the book: that which the rows come from.
func (o *openBook) bookName() string {
	if x := o.fixOf(); x != nil {
		return x.origin.Book
	}
	return o.Name()
}

// providerOfResults fills in the provider where the user named none and the
// books are results workbooks, which know theirs.
func (p *program) providerOfResults(ctx context.Context, f *bookFlags, books []string) error {
	if f.provider != "" || len(books) == 0 {
		return nil
	}
	for _, path := range books {
		if path == "-" {
			return nil // it can be read once
		}
		b, origin, err := f.openFile(ctx, path, nil)
		if err != nil {
			return err
		}
		b.Close() // it was only read
		switch {
		case origin == nil:
			f.provider = ""
			return nil
		case f.provider != "" && f.provider != origin.Provider:
			return pipeline.Mistakef("the results workbooks are of several providers").Try("import them one by one")
		}
		f.provider = origin.Provider
	}
	if _, err := definition(f.provider); err != nil {
		return pipeline.Mistakef("%s was enrolled with %s, whose definition cannot be used now: %w", books[0], f.provider, err).Try("name its definition with --provider")
	}
	return nil
}

// keptMapping is the first run's mapping sheet as the workbook keeps it; nil
// when it had none.
func (x *fixSheet) keptMapping() *mapping.Sheet {
	o := &x.origin
	if len(o.Lines) == 0 {
		return nil
	}
	return mapping.NewSheet(o.Mapping+" (as run "+o.Run+" had it)", o.Lines, o.Tables)
}

// sameProvider refuses a definition other than the one that the rows came from.
func (x *fixSheet) sameProvider(def *templates.Definition) error {
	if name := def.Provider().Name; name != x.origin.Definition {
		return pipeline.Mistakef("--provider %s: the rows of %s were to be enrolled with %s", name, x.Name(), x.origin.Definition).Try("leave --provider out; or import the book " + x.origin.Book + " itself")
	}
	return nil
}

// noteOrigin notes where a results workbook's run differs from this one.
func (r *importRun) noteOrigin(b *openBook) {
	x := b.fixOf()
	if x == nil {
		return
	}
	o, n := x.origin, r.target.Namespace
	if o.Digest != r.def.Provider().Digest {
		r.note("the definition of %s has changed since run %s", o.Definition, o.Run)
	}
	if r.flags.book.mapping != "" {
		r.note("the mapping is %s, and not the one that run %s had", r.flags.book.mapping, o.Run)
	}
	switch {
	case o.Command == "check" && !n.Rehearsal():
		r.note("these are only the rows that a check found to mend: all others are enrolled by importing %s itself", o.Book)
	case o.Env == pipeline.EnvLocal && !n.Rehearsal():
		r.note("these are only the rows that a rehearsal left to mend: all others are enrolled by importing %s itself", o.Book)
	case o.Env != n.Env || o.Account != n.Account:
		r.note("run %s went to %s", o.Run, pipeline.Namespace{Provider: o.Definition, Env: o.Env, Account: o.Account})
	}
}

// nothingToMend says so of a results workbook whose sheet Fix has no rows.
func (r *importRun) nothingToMend(b *openBook) (bool, error) {
	x := b.fixOf()
	if x == nil || x.count > 0 {
		return false, nil
	}
	if r.flags.json {
		return true, r.summarise(summary{run: pipeline.Run{Book: x.Name(), Namespace: r.target.Namespace}, target: r.target, tally: tally{counts: pipeline.Counts{}}, json: true})
	}
	_, err := fmt.Fprintf(r.stdout, "nothing to mend: run %s left no row of %s in the sheet %s of %s\n", x.origin.Run, x.origin.Book, reports.FixSheet, x.Name())
	if x.origin.Rows > 0 {
		_, err = fmt.Fprintf(r.stdout, "nothing to import: every row of the sheet %s of %s was deleted\n", reports.FixSheet, x.Name())
	}
	return true, err
}

// head is what the reports are told of a run before its first row.
func (r *importRun) head(b *openBook, run pipeline.Run) reports.Head {
	head := reports.Head{Run: run, Provider: r.def.Provider(), Origin: r.origin(b, run)}
	for _, c := range b.carry {
		head.Carry = append(head.Carry, c.Name)
	}
	if x := b.fixOf(); x != nil {
		head.Run.Book, head.Run.Sheet, head.Run.SHA256 = x.origin.Book, x.origin.Sheet, x.origin.SHA256
	}
	for _, c := range b.Header() {
		head.Columns = append(head.Columns, c.Name)
	}
	for i, slot := range b.mapping.Slots() {
		if values := head.Provider.Fields[slot.Field].Enum; len(values) > 1 && b.mapping.CopiesCell(i) && slot.Column.Index < len(head.Columns) {
			head.Choices = append(head.Choices, reports.Choice{Column: slot.Column.Index, Values: values})
		}
	}
	return head
}

// origin is what importing the sheet Fix of the run's workbook has to know.
func (r *importRun) origin(b *openBook, run pipeline.Run) *reports.Origin {
	p, n := r.def.Provider(), run.Namespace
	o := &reports.Origin{Run: run.ID, Command: "import", Provider: r.flags.book.provider, Definition: p.Name, Digest: run.Digest,
		Env: n.Env, Account: n.Account, Book: b.Name(), Sheet: b.Sheet(), SHA256: b.SHA256(), NoFix: r.flags.noFix}
	if r.checking {
		o.Command = "check"
	}
	if !n.Rehearsal() {
		o.BaseURL = run.BaseURL
	}
	o.Flags = r.again(n, o.BaseURL)
	if x := b.fixOf(); x != nil {
		o.Book, o.Sheet, o.SHA256 = x.origin.Book, x.origin.Sheet, x.origin.SHA256
	}
	if b.sheet != nil {
		o.Mapping = b.sheet.Path()
		o.Lines = b.sheet.Lines()
		o.Tables = b.sheet.Lookups()
		if x := b.fixOf(); x != nil && r.flags.book.mapping == "" {
			o.Mapping = x.origin.Mapping
		}
	}
	return o
}

// again are the flags with which the rows of a run are imported as it imported
// them. None is a secret.
func (r *importRun) again(n pipeline.Namespace, baseURL string) []string {
	var flags []string
	add := func(name, value string) {
		if value != "" {
			flags = append(flags, name, value)
		}
	}
	if !n.Rehearsal() {
		if n.Env != baseURL {
			add("--env", n.Env)
		}
		if e, ok := r.def.Provider().Environment(n.Env); !ok || e.BaseURL != baseURL {
			add("--base-url", baseURL)
		}
		if pipeline.PlainHTTP(baseURL) {
			flags = append(flags, "--allow-http")
		}
	}
	add("--account", n.Account)
	ledger := r.flags.ledger.path
	if ledger == "" && !n.Rehearsal() {
		if ledger = r.getenv("MUSTER_LEDGER"); ledger == "" && !r.checking {
			ledger = usualLedger
		}
	}
	add("--ledger", ledger)
	add("--rate", r.flags.target.rate)
	if r.flags.target.concurrency > 0 {
		add("--concurrency", strconv.Itoa(r.flags.target.concurrency))
	}
	if r.flags.maxRejected != "none" {
		add("--max-rejected", r.flags.maxRejected)
	}
	for _, c := range r.flags.book.carry {
		add("--carry", c)
	}
	if file := r.flags.passwordFile; file != "" {
		flags = append(flags, "--password-file", file, "--report-password-file", file)
	}
	if r.flags.yes {
		flags = append(flags, "--yes")
	}
	return flags
}

// tellFix says how the sheet Fix of the reports is imported; the annotated copy
// has none.
func (r *importRun) tellFix(o *reports.Origin, mend int, paths []string) {
	for _, path := range paths {
		if mend > 0 && !o.NoFix && strings.EqualFold(filepath.Ext(path), ".xlsx") && !sameFile(path, r.flags.annotated) {
			r.tell(count(mend, "row") + " to mend in the sheet " + reports.FixSheet + " of " + path + "; then: " + o.Again(path))
		}
	}
}
