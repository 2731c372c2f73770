package main

import (
	"muster/pipeline"

	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/pipeline/book"
	"muster/pipeline/mapping"
)

// found is a file of the folder that may be a book, as it was at a first look.
type found struct {
	path string
	info fs.FileInfo
	link bool // the name is a symbolic link to it
}

// unchanged reports whether the file of that name is the one of the first
// look, of the same size and time.
func (b found) unchanged() bool {
	now, err := os.Stat(b.path)
	return err == nil && sameLook(b.info, now)
}

func sameLook(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// inFolder is what a folder holds.
type inFolder struct {
	books   []found
	foreign []string // spreadsheets that muster does not read
}

// books lists the folder in the byte order of its names. What a person would
// not call a book is left out: hidden files and the locks of spreadsheet
// programs, folders, muster's own files and results, and whatever is named by
// another flag.
func (f folderFlags) books() (inFolder, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return inFolder{}, pipeline.Mistakef("--dir: %w", err)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	var all inFolder
	for _, e := range entries {
		path := filepath.Join(f.dir, e.Name())
		readable, foreign := spreadsheet(e.Name())
		if !readable && !foreign {
			continue
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // gone since the folder was read, or a link to nothing
		case err != nil:
			return inFolder{}, pipeline.Mistakef("--dir: %w", err)
		case !info.Mode().IsRegular() || f.names(info):
			continue
		case foreign:
			all.foreign = append(all.foreign, path)
			continue
		case book.IsResult(path):
			continue
		}
		all.books = append(all.books, found{path: path, info: info, link: e.Type()&fs.ModeSymlink != 0})
	}
	return all, nil
}

// spreadsheet judges a file by its name alone.
func spreadsheet(name string) (readable, foreign bool) {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"), strings.HasSuffix(lower, ".results.xlsx"):
		return false, false
	}
	switch filepath.Ext(lower) {
	case ".csv", ".tsv", ".txt", ".xlsx", ".xlsm":
		return true, false
	case ".xls", ".xlsb", ".ods", ".numbers":
		return false, true
	}
	return false, false
}

// names reports whether a flag or the environment names the file.
func (f folderFlags) names(info fs.FileInfo) bool {
	return slices.ContainsFunc(f.named, func(path string) bool {
		other, err := os.Stat(path)
		return err == nil && os.SameFile(info, other)
	})
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
	if sheet, err := mapping.ReadSheet(mappingSheet); err == nil {
		for _, name := range sheet.Tables() {
			paths = append(paths, filepath.Join(filepath.Dir(mappingSheet), filepath.FromSlash(name)))
		}
	}
	return paths
}

const (
	// restFor is how long a file is watched before it is taken for whole, and
	// youngFor how old its last change has to be for that to be needless.
	restFor  = 2 * time.Second
	youngFor = time.Minute
)

// atRest leaves out the books that somebody is still writing: those that look
// otherwise than before.
func (fi *folderImport) atRest(ctx context.Context, books []found) (whole []found) {
	young := func(b found) bool { return fi.now().Sub(b.info.ModTime()) < youngFor }
	if slices.ContainsFunc(books, young) {
		fi.pause(restFor, fi.stops.stop)
	}
	for _, b := range books {
		if !b.unchanged() {
			fi.say("%s: is still being written; it is left for the next run", b.path)
			continue
		}
		whole = append(whole, b)
	}
	return whole
}

// pauseFor waits, unless it is stopped first.
func pauseFor(d time.Duration, stop <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-stop:
	}
}

// changedError: the file of that name is not the one that was imported.
type changedError struct{ path string }

func (e *changedError) Error() string {
	return fmt.Sprintf("%s: was changed while it was imported", e.path)
}
