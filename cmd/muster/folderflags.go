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

// When a book of a folder counts as finished, and is moved: when none of its rows is open any more, or as soon as it
// was imported.
const (
	doneClosed   = "closed"
	doneImported = "imported"
)

// folderFlags are the flags for a folder of books.
type folderFlags struct {
	dir  string
	done string // where finished books are moved; "": they are not
	when string // when a book is finished: doneClosed or doneImported
	// failed is where books are moved that cannot be imported as they are; "": they are not.
	failed string
	// named are the files that flags and the environment name, which are not books.
	named []string
}

func (f *folderFlags) register(p *program, c *cobra.Command) {
	c.Flags().StringVar(&f.dir, "dir", "", p.sentence("cmd_flags.dir"))
	c.Flags().StringVar(&f.done, "done-dir", "", p.sentence("cmd_flags.done_dir"))
	c.Flags().StringVar(&f.when, "done-when", doneClosed, p.sentence("cmd_flags.done_when"))
	c.Flags().StringVar(&f.failed, "failed-dir", "", p.sentence("cmd_flags.failed_dir"))
}

// booksOrFolder asks for books or for a folder of them. Books on the command line override a folder from the
// environment.
func (f *folderFlags) booksOrFolder(c *cobra.Command, books []string) error {
	fromCommandLine := f.dir != "" && settings.VariableOf(c, "dir") == ""
	switch {
	case len(books) > 0 && fromCommandLine:
		return pipeline.Wrong("cmd_report.folder_and_books", "folder", f.dir, "books", books).
			Try("cmd_report.leave_out_one")
	case len(books) > 0:
		f.dir = ""
	case f.dir != "":
		return nil
	}
	for _, to := range f.moves() {
		if to.folder != "" && settings.VariableOf(c, to.flag) == "" {
			return pipeline.Wrong("cmd_report.move_without_dir", "flag", "--"+to.flag, "folder", to.folder).
				Try("cmd_report.with_dir")
		}
	}
	return someBooks(c, books)
}

// usable checks before anything else that the folders exist.
func (f *folderFlags) usable(reports []string) error {
	if len(reports) > 0 {
		return pipeline.Wrong("cmd_report.report_of_folder").Try("cmd_report.reports_by_name")
	}
	if f.when != doneClosed && f.when != doneImported {
		return pipeline.Wrong("cmd_report.done_when", "text", f.when, "words", []string{doneClosed, doneImported})
	}
	if err := isFolder("--dir", f.dir); err != nil {
		return err
	}
	for _, to := range f.moves() {
		if to.folder == "" {
			continue
		}
		if err := isFolder("--"+to.flag, to.folder); err != nil {
			return err
		}
		if enrol.SameFile(f.dir, to.folder) {
			return pipeline.Wrong("cmd_report.move_is_dir", "flag", "--"+to.flag, "folder", to.folder).
				Try("cmd_report.folder_inside")
		}
	}
	return nil
}

// namedFolder is a folder and the flag that names it.
type namedFolder struct{ flag, folder string }

// moves are the folders to which books are moved; "" where the flag is not set.
func (f *folderFlags) moves() []namedFolder {
	return []namedFolder{{"done-dir", f.done}, {"failed-dir", f.failed}}
}

func isFolder(flag, path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return pipeline.Wrong("cmd_report.no_folder", "flag", flag, "folder", path).Try("cmd_report.make_folder")
	case err != nil:
		return pipeline.Wrong("cmd_report.folder_unread", "flag", flag, "folder", path,
			"cause", pipeline.WithoutPath(err))
	case !info.IsDir():
		return pipeline.Wrong("cmd_report.file_not_folder", "flag", flag, "folder", path).
			Try("cmd_report.folder_of_file")
	}
	return nil
}

// namedFiles are the files that the command's flags name, and the tables that the mapping sheets name.
func namedFiles(c *cobra.Command, mappings []string) []string {
	var paths []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if many, ok := f.Value.(pflag.SliceValue); ok {
			paths = append(paths, many.GetSlice()...)
		} else if f.Value.Type() == "string" && f.Value.String() != "" {
			paths = append(paths, f.Value.String())
		}
	})
	// The first book reports why a sheet cannot be read.
	files, err := enrol.MappingFiles(mappings)
	if err != nil {
		return paths
	}
	for _, file := range files {
		paths = append(paths, file)
		if sheet, err := enrol.ReadMapping(file); err == nil {
			for _, name := range sheet.Tables() {
				paths = append(paths, filepath.Join(filepath.Dir(file), filepath.FromSlash(name)))
			}
		}
	}
	return paths
}
