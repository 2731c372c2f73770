package reports

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"muster/pipeline"
	"muster/pipeline/files"
)

// unwritable says why no report can be written at path, where the user asked for
// one; err is what the system said, nil when it was not asked.
func unwritable(path, reason string, err error) error {
	m := pipeline.Mistakef("%s", reason)
	if err != nil {
		// The temporary file's path means nothing to the reader.
		m = pipeline.Mistakef("%s: %w", reason, pipeline.WithoutPath(err))
	}
	return m.At(pipeline.Place{Kind: "report", File: path})
}

// destination is a file that appears whole or not at all.
type destination struct {
	path  string // as the user gave it
	real  string // where it is once links are followed
	fresh bool   // what is there already must stay
	tmp   *os.File
	out   *bufio.Writer
	ended bool
}

// openDestination checks path and opens the temporary file beside it.
func openDestination(path string, fresh bool) (*destination, error) {
	d := &destination{path: path, real: path, fresh: fresh}
	if !fresh {
		// A link that always names the latest report keeps doing so.
		if real, err := filepath.EvalSymlinks(path); err == nil {
			d.real = real
		}
		if err := replaceable(d.real, path); err != nil {
			return nil, err
		}
	}
	folder := filepath.Dir(d.real)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unwritable(path, "there is no folder "+folder+"; make it first", nil)
	case err != nil:
		return nil, unwritable(path, "its folder cannot be used", err)
	case !info.IsDir():
		return nil, unwritable(path, folder+" is not a folder", nil)
	}
	// os.CreateTemp makes it readable and writable by its owner alone.
	d.tmp, err = os.CreateTemp(folder, ".muster-*.tmp")
	if err != nil {
		return nil, unwritable(path, "nothing can be written to folder "+folder, err)
	}
	d.out = bufio.NewWriterSize(d.tmp, 1<<16)
	return d, nil
}

// replaceable checks that what is at real now, if anything, may give way to a
// report. A spreadsheet program on Windows holds an open file: better said
// before the import than after it.
func replaceable(real, path string) error {
	info, err := os.Stat(real)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritable(path, "cannot be looked at", err)
	case info.IsDir():
		return unwritable(path, "is a folder; name a file in it", nil)
	case !info.Mode().IsRegular():
		return unwritable(path, "is not an ordinary file", nil)
	}
	f, err := os.OpenFile(real, os.O_WRONLY, 0)
	if err != nil {
		return unwritable(path, "cannot be replaced; close it in other programs, or take its write protection away", err)
	}
	return f.Close()
}

// Write appends to the file; what was written is on the disk after commit.
func (d *destination) Write(p []byte) (int, error) { return d.out.Write(p) }

// commit puts what was written on the disk and gives it its name. When it
// fails nothing is left behind.
func (d *destination) commit() error {
	if d.ended {
		return errClosed
	}
	d.ended = true
	err := errors.Join(d.out.Flush(), d.tmp.Sync())
	// Windows renames no open file.
	err = errors.Join(err, d.tmp.Close())
	if err == nil && d.fresh {
		// An empty file of our own, which the report then replaces.
		if d.real, err = files.Reserve(d.path); err == nil {
			d.path = d.real
		}
	}
	if err == nil {
		if err = os.Rename(d.tmp.Name(), d.real); err != nil && d.fresh {
			err = errors.Join(err, os.Remove(d.real))
		}
	}
	if err != nil {
		return d.failed(errors.Join(err, os.Remove(d.tmp.Name())))
	}
	if err := files.TrySyncFolder(filepath.Dir(d.real)); err != nil {
		return fmt.Errorf("report %s: it is written, but may not outlast a power cut: %w", d.path, err)
	}
	return nil
}

// discard removes the temporary file; after commit it does nothing.
func (d *destination) discard() {
	if d.ended {
		return
	}
	d.ended = true
	// There is nobody to tell: the caller is on its way out with an error of
	// its own, and what stays is readable by its owner alone.
	_ = d.tmp.Close()
	_ = os.Remove(d.tmp.Name())
}

func (d *destination) failed(err error) error {
	return fmt.Errorf("report %s: could not be written: %w", d.path, err)
}
