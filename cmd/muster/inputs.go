package main

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
)

// mappingSHA256 is the digest of the mapping sheet and its tables; "" without
// one.
func (o *openBook) mappingSHA256() string {
	if o.sheet == nil {
		return ""
	}
	return o.sheet.SHA256()
}

// found are sentences on what was found out about the book and its mapping
// rather than told.
func (o *openBook) found() []string {
	notes := append(o.Notes(), o.joined()...)
	if o.sheet != nil {
		notes = append(notes, o.sheet.Notes()...)
	}
	if s := o.ignored(); s != "" {
		notes = append(notes, s)
	}
	return notes
}

// files are those that are read for the book.
func (o *openBook) files() []string {
	files := []string{o.Name(), o.flags.mapping, o.flags.passwordFile}
	if o.sheet != nil {
		files = append(files, o.sheet.Files()...)
	}
	return files
}

// refuseOverwriting holds the reports against each other and against all that is
// read.
func (r *importRun) refuseOverwriting(b *openBook) error {
	if err := r.refuseTwice(); err != nil {
		return err
	}
	inputs := append(r.ledgerFiles(), b.files()...)
	for _, report := range r.flags.reports {
		for _, input := range inputs {
			switch {
			case input == standardInput && r.isInput(report):
				return pipeline.Mistakef("--report %s: would overwrite the file that the standard input comes from", report).Try("name another file")
			case input != standardInput && sameFile(report, input):
				return pipeline.Mistakef("--report %s: would overwrite %s", report, input).Try("name another file")
			}
		}
	}
	return nil
}

// standardInput names the book that comes through it.
const standardInput = "-"

// isInput reports whether the standard input comes from the file at path.
func (p *program) isInput(path string) bool {
	from, ok := p.stdin.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false // it is no file
	}
	read, err := from.Stat()
	if err != nil {
		return false // reading it says why
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(there, read)
}

// changedSince are sentences on what is not as it was when a run was made.
func changedSince(run pipeline.Run, b *openBook, definition string) []string {
	var notes []string
	if definition != run.Digest {
		notes = append(notes, "the definition has changed since the run")
	}
	now := b.mappingSHA256()
	switch {
	case run.Mapping == "" && run.MappingSHA256 == "" && now != "":
		notes = append(notes, "the run had no mapping sheet")
	case run.MappingSHA256 != "" && now != run.MappingSHA256: // of an older run it is not known
		notes = append(notes, "the mapping has changed since the run")
	}
	return notes
}

// namedFiles are the files that the command's flags name, and the tables that
// the mapping sheet names.
func namedFiles(c *cobra.Command, mappingSheet string) []string {
	var paths []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if many, ok := f.Value.(pflag.SliceValue); ok {
			paths = append(paths, many.GetSlice()...)
		} else if f.Value.Type() == "string" && f.Value.String() != "" {
			paths = append(paths, f.Value.String())
		}
	})
	if mappingSheet == "" {
		return paths
	}
	// A sheet that cannot be read is told of with the first book.
	if sheet, err := enrol.ReadMapping(mappingSheet); err == nil {
		for _, name := range sheet.Tables() {
			paths = append(paths, filepath.Join(filepath.Dir(mappingSheet), filepath.FromSlash(name)))
		}
	}
	return paths
}
