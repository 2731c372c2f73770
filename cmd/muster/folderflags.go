package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
)

// folderFlags say that the books are those of a folder.
type folderFlags struct {
	dir  string
	done string // where finished books go; "" leaves them where they are
	// named are the files that flags and the environment name: they are no books.
	named []string
}

func (f *folderFlags) register(p *program, c *cobra.Command) {
	c.Flags().StringVar(&f.dir, "dir", "", p.sentence("cmd_flags.dir"))
	c.Flags().StringVar(&f.done, "done-dir", "", p.sentence("cmd_flags.done_dir"))
}

// booksOrFolder asks for books or for a folder of them. Books that are named
// count more than a folder of the environment.
func (f *folderFlags) booksOrFolder(c *cobra.Command, books []string) error {
	fromCommandLine := f.dir != "" && settings.VariableOf(c, "dir") == ""
	switch {
	case len(books) > 0 && fromCommandLine:
		return pipeline.Mistakef("--dir %s: takes every book of the folder, and %s is named besides", f.dir,
			pipeline.List(books)).Try("leave out one of the two")
	case len(books) > 0:
		f.dir = ""
	case f.dir != "":
		return nil
	}
	if f.done != "" && settings.VariableOf(c, "done-dir") == "" {
		return pipeline.Mistakef("--done-dir %s: only the books of a folder are moved", f.done).
			Try("it goes with --dir DIR")
	}
	return someBooks(c, books)
}

// usable finds out before anything else whether the folders are there.
func (f folderFlags) usable(reports []string) error {
	if len(reports) > 0 {
		return pipeline.Mistakef("--report names one file, and --dir may find many books").
			Try("leave --report out: each book gets a report of its own name, in --done-dir or the working directory")
	}
	if err := isFolder("--dir", f.dir); err != nil {
		return err
	}
	if f.done == "" {
		return nil
	}
	if err := isFolder("--done-dir", f.done); err != nil {
		return err
	}
	if enrol.SameFile(f.dir, f.done) {
		return pipeline.Mistakef("--done-dir %s: is the folder of --dir itself", f.done).
			Try("name another folder, such as one inside it")
	}
	return nil
}

func isFolder(flag, path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return pipeline.Mistakef("%s %s: there is no such folder", flag, path).
			Try("make it first, and check the folder that its name starts from")
	case err != nil:
		return pipeline.Mistakef("%s: %w", flag, err)
	case !info.IsDir():
		return pipeline.Mistakef("%s %s: is a file, not a folder", flag, path).Try("name the folder that it is in")
	}
	return nil
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
	// Why a sheet cannot be read is said with the first book.
	if sheet, err := enrol.ReadMapping(mappingSheet); err == nil {
		for _, name := range sheet.Tables() {
			paths = append(paths, filepath.Join(filepath.Dir(mappingSheet), filepath.FromSlash(name)))
		}
	}
	return paths
}
