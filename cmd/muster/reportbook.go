package main

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/files"
	"muster/pipeline/ledger"
	"muster/templates"
)

// reportBook writes the present state of every row of a book, over all runs of a ledger.
func (p *program) reportBook(ctx context.Context, f againFlags) (err error) {
	l, err := p.readLedger(ctx, f.ledger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	digest, err := files.SHA256(f.bookPath)
	if err != nil {
		if _, unread := book.Open(f.bookPath, book.Options{}); unread != nil {
			return unread // worded for the person who named it
		}
		return err
	}
	last, def, target, err := f.standing(ctx, l, digest)
	if err != nil {
		return err
	}
	s, err := f.book.source(f.bookPath)
	if err != nil {
		return err
	}
	b, err := enrol.OpenAsLast(ctx, def, last, digest, s)
	if err != nil {
		return err
	}
	defer b.Close()
	j := p.job(def, target)
	j.Observer = &narrator{program: p}
	j.Ledger.Options = p.ledgerOptions(f.ledger)
	j.Reports = p.reports(&f.report, l.Path())
	again := flagsAgain{namespace: target.Namespace, baseURL: target.BaseURL, ledger: ledgerFlag{name: l.Path(), allowPlain: f.ledger.allowPlain}, carry: f.book.carry,
		carryRaw: f.report.carryRaw, delimiter: f.report.delimiter, passwordFile: f.report.passwordFile}
	j.Again = enrol.Again{Provider: f.book.provider, Flags: again.flags(def.Provider())}
	end, err := enrol.Standing(ctx, j, l, last, b)
	if err != nil {
		return err
	}
	if err = p.show(runtext.Standing(p.words, p.stdoutLook(outputFlags{}), end, l.Path())); err != nil {
		return err
	}
	(&resultPrinter{program: p}).toDo(end)
	return nil
}

// standing finds the last run of the book, with its definition and target: in the namespace that the flags name, else
// in any.
func (f *againFlags) standing(ctx context.Context, l *ledger.Ledger, digest string) (last pipeline.Run,
	def *templates.Definition, t pipeline.Target, err error) {
	runs, err := l.Runs(ctx)
	if err != nil {
		return last, nil, t, err
	}
	if f.book.provider != "" {
		if def, err = definition(f.book.provider); err != nil {
			return last, nil, t, err
		}
		runs = slices.DeleteFunc(runs, func(r pipeline.Run) bool { return r.Namespace.Provider != def.Provider().Root().Name })
	}
	named := f.target.env != "" || f.target.baseURL != "" || f.target.account != ""
	if named {
		if def, t.Namespace, err = f.target.namespaceOf(f.book.provider, pipeline.Run{}); err != nil {
			return last, nil, t, err
		}
		if err := knownNamespace(ctx, l, t.Namespace); err != nil {
			return last, nil, t, err
		}
		runs = slices.DeleteFunc(runs, func(r pipeline.Run) bool { return r.Namespace != t.Namespace })
	}
	last, found := enrol.LastRunOf(runs, f.bookPath, digest)
	switch {
	case !found && !named:
		return last, nil, t, pipeline.Wrong("cmd_show.book_unknown", "book", f.bookPath, "ledger", l.Path()).
			Try("cmd_show.book_where")
	case !found && len(runs) > 0:
		t.BaseURL = runs[len(runs)-1].BaseURL
	case found:
		t.Namespace, t.BaseURL = last.Namespace, last.BaseURL
	}
	if f.book.provider == "" {
		f.book.provider = cmp.Or(last.Definition, t.Namespace.Provider)
	}
	if def == nil {
		def, err = definition(f.book.provider)
	}
	if t.Namespace.Rehearsal() {
		t.BaseURL = ""
	}
	return last, def, t, err
}
