package main

import (
	"muster/pipeline"

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
	if b.Origin() != nil {
		return nil, pipeline.Mistakef("--annotated %s: %s is a results workbook and no book", path, b.Name()).Try("--report FILE.xlsx says what became of its rows")
	}
	if b.Part() == "" {
		return nil, pipeline.Mistakef("--annotated %s: only an XLSX book can be annotated, and %s is none", path, b.Name()).Try("the results workbook says the same of any book: --report FILE.xlsx")
	}
	if sameFile(path, b.Name()) {
		return nil, pipeline.Mistakef("--annotated %s: would overwrite the book", path).Try("name another file")
	}
	for _, report := range r.flags.reports {
		if filepath.Clean(report) == filepath.Clean(path) || sameFile(report, path) {
			return nil, pipeline.Mistakef("--annotated %s: is the report too", path).Try("name another file")
		}
	}
	if b.Protected() {
		return nil, pipeline.Mistakef("--annotated %s: the book has a password, and a copy would stand there without one", path).Try("the results workbook can have one: --report FILE.xlsx --report-password-file FILE")
	}
	for _, other := range append(r.ledgerFiles(), b.files()...) {
		if sameFile(path, other) {
			return nil, pipeline.Mistakef("--annotated %s: would overwrite %s", path, other).Try("name another file")
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
