package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/reports"
	"muster/templates"
)

const noFixHelp = "leave out of a workbook the sheet Fix, which holds the rows to mend as the book has them"

// openBook opens what is to be read of a file; names knows the names of
// headers.
func (f bookFlags) openBook(ctx context.Context, path string, names func(string) bool) (*book.Book, error) {
	o, err := f.options(names)
	if err != nil {
		return nil, err
	}
	return book.OpenAny(ctx, path, o)
}

func (f bookFlags) options(names func(string) bool) (book.Options, error) {
	password, err := readPassword(passwordFileFlag, f.passwordFile)
	return book.Options{Sheet: f.sheet, HeaderRow: f.headerRow, Encoding: f.encoding, Password: password, Names: names}, err
}

// bookName is what reports call the book: that which the rows come from.
func (o *openBook) bookName() string {
	if origin := o.Origin(); origin != nil {
		return origin.Book.Path
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
		options, err := f.options(nil)
		if err != nil {
			return err
		}
		origin, err := book.OriginOf(ctx, path, options)
		if err != nil {
			return err
		}
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
func keptMapping(o *pipeline.Origin) *mapping.Sheet {
	if len(o.Mapping.Lines) == 0 {
		return nil
	}
	return mapping.NewSheet(o.Mapping.Path+" (as run "+o.Run+" had it)", o.Mapping.Lines, o.Mapping.Tables)
}

// sameProvider refuses a definition other than the one that the rows came from.
func sameProvider(def *templates.Definition, b *book.Book) error {
	o := b.Origin()
	if name := def.Provider().Name; name != o.Definition {
		return pipeline.Mistakef("--provider %s: the rows of %s were to be enrolled with %s", name, b.Name(), o.Definition).
			Try("leave --provider out; or import the book " + o.Book.Path + " itself")
	}
	return nil
}

// noteOrigin notes where a results workbook's run differs from this one.
func (r *importRun) noteOrigin(b *openBook) {
	o, n := b.Origin(), r.target.Namespace
	if o == nil {
		return
	}
	if o.Digest != r.def.Provider().Digest {
		r.note("the definition of %s has changed since run %s", o.Definition, o.Run)
	}
	if r.flags.book.mapping != "" {
		r.note("the mapping is %s, and not the one that run %s had", r.flags.book.mapping, o.Run)
	}
	switch {
	case o.Command == "check" && !n.Rehearsal():
		r.note("these are only the rows that a check found to mend: all others are enrolled by importing %s itself", o.Book.Path)
	case o.Env == pipeline.EnvLocal && !n.Rehearsal():
		r.note("these are only the rows that a rehearsal left to mend: all others are enrolled by importing %s itself", o.Book.Path)
	case o.Env != n.Env || o.Account != n.Account:
		r.note("run %s went to %s", o.Run, pipeline.Namespace{Provider: o.Definition, Env: o.Env, Account: o.Account})
	}
}

// nothingToMend says so of a results workbook whose sheet Fix has no rows.
func (r *importRun) nothingToMend(b *openBook) (bool, error) {
	o := b.Origin()
	if o == nil || b.FixRows() > 0 {
		return false, nil
	}
	if r.flags.json {
		run := pipeline.Run{Book: b.Name(), Namespace: r.target.Namespace}
		r.print(jsonlines.SummaryOf(enrol.Ending{Run: run}, exitOK))
		return true, nil
	}
	_, err := fmt.Fprintf(r.stdout, "nothing to mend: run %s left no row of %s in the sheet %s of %s\n", o.Run, o.Book.Path, pipeline.FixSheet, b.Name())
	if o.Rows > 0 {
		_, err = fmt.Fprintf(r.stdout, "nothing to import: every row of the sheet %s of %s was deleted\n", pipeline.FixSheet, b.Name())
	}
	return true, err
}

// head is what the reports are told of a run before its first row.
func (r *importRun) head(b *openBook, run pipeline.Run) reports.Head {
	head := reports.Head{Run: run, Provider: r.def.Provider(), Origin: r.origin(b, run)}
	for _, c := range b.carry {
		head.Carry = append(head.Carry, c.Name)
	}
	if o := b.Origin(); o != nil {
		head.Run.Book, head.Run.Sheet, head.Run.SHA256 = o.Book.Path, o.Book.Sheet, o.Book.SHA256
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
func (r *importRun) origin(b *openBook, run pipeline.Run) *pipeline.Origin {
	p, n := r.def.Provider(), run.Namespace
	o := &pipeline.Origin{Run: run.ID, Command: "import", Provider: r.flags.book.provider, Definition: p.Name, Digest: run.Digest,
		Env: n.Env, Account: n.Account, NoFix: r.flags.noFix,
		Book: pipeline.OriginBook{Path: b.Name(), Sheet: b.Sheet(), SHA256: b.SHA256()}}
	if r.checking {
		o.Command = "check"
	}
	if !n.Rehearsal() {
		o.BaseURL = run.BaseURL
	}
	o.Flags = r.again(n, o.BaseURL)
	first := b.Origin()
	if first != nil {
		o.Book.Path, o.Book.Sheet, o.Book.SHA256 = first.Book.Path, first.Book.Sheet, first.Book.SHA256
	}
	if b.sheet != nil {
		o.Mapping = pipeline.OriginMapping{Path: b.sheet.Path(), Lines: b.sheet.Lines(), Tables: b.sheet.Lookups()}
		if first != nil && r.flags.book.mapping == "" {
			o.Mapping.Path = first.Mapping.Path
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
func (r *importRun) tellFix(o *pipeline.Origin, mend int, paths []string) {
	for _, path := range paths {
		if mend > 0 && !o.NoFix && strings.EqualFold(filepath.Ext(path), ".xlsx") && !sameFile(path, r.flags.annotated) {
			r.tell(count(mend, "row") + " to mend in the sheet " + pipeline.FixSheet + " of " + path + "; then: " + reports.Again(o, path))
		}
	}
}
