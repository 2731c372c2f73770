package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"muster/reports"
)

func (f *importFlags) registerAnnotated(c *cobra.Command) {
	c.Flags().StringVar(&f.annotated, "annotated", "", "a copy of the XLSX book with columns for state, customer ID and message, and the cells to mend marked")
}

// annotatedCopy begins the copy of the book that is asked for; nil when none
// is. What cannot be annotated is refused before anything is sent.
func (r *importRun) annotatedCopy(b *openBook) (reports.Writer, error) {
	path := r.flags.annotated
	if path == "" {
		return nil, nil
	}
	if b.fixOf() != nil {
		return nil, usage("--report FILE.xlsx says what became of its rows", "--annotated %s: %s is a results workbook and no book", path, b.Name())
	}
	if b.Part() == "" {
		return nil, usage("the results workbook says the same of any book: --report FILE.xlsx", "--annotated %s: only an XLSX book can be annotated, and %s is none", path, b.Name())
	}
	if sameFile(path, b.Name()) {
		return nil, usage("name another file", "--annotated %s: would overwrite the book", path)
	}
	for _, report := range r.flags.reports {
		if filepath.Clean(report) == filepath.Clean(path) || sameFile(report, path) {
			return nil, usage("name another file", "--annotated %s: is the report too", path)
		}
	}
	if b.Protected() {
		return nil, usage("the results workbook can have one: --report FILE.xlsx --report-password-file FILE", "--annotated %s: the book has a password, and a copy would stand there without one", path)
	}
	for _, other := range append(r.ledgerFiles(), b.files()...) {
		if sameFile(path, other) {
			return nil, usage("name another file", "--annotated %s: would overwrite %s", path, other)
		}
	}
	file, size := b.File()
	w, err := reports.Annotate(path, reports.Original{File: file, Size: size, Name: b.Name(), Part: b.Part(), HeaderRow: b.HeaderRow(), Columns: len(b.Header())})
	if err != nil {
		return nil, fmt.Errorf("--annotated: %w", err)
	}
	return w, nil
}

// probeAnnotated finds out before anything is sent whether the copy can be
// made.
func (r *importRun) probeAnnotated(b *openBook) error {
	w, err := r.annotatedCopy(b)
	if w != nil {
		w.Abort()
	}
	return err
}
