package reports

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"muster/pipeline"
	"muster/pipeline/files"
)

// unwritable is the mistake for a path at which the user asked for a report and none can be written.
func unwritable(path string, why *pipeline.Mistake) error {
	return why.At(pipeline.Place{Kind: "report", File: path})
}

// destination is a file that is put in place complete or not at all.
type destination struct {
	path  string // as the user named it
	real  string // with links resolved
	fresh bool   // do not replace an existing file
	kept  Kept
	moved string // where the edited file of that name was moved; "" for none
	tmp   *os.File
	out   *bufio.Writer
	ended bool
}

// openDestination checks path and opens the temporary file next to it.
func openDestination(path string, fresh bool, kept Kept) (*destination, error) {
	d := &destination{path: path, real: path, fresh: fresh, kept: kept}
	if !fresh {
		// A link that always names the latest report stays a link.
		if real, err := filepath.EvalSymlinks(path); err == nil {
			d.real = real
		}
		if err := replaceable(d.real, path, kept); err != nil {
			return nil, err
		}
	}
	folder := filepath.Dir(d.real)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unwritable(path, pipeline.Wrong("report.no_folder", "folder", folder).Try("report.make_folder"))
	case err != nil:
		return nil, unwritable(path,
			pipeline.Wrong("report.folder_unusable", "folder", folder, "cause", pipeline.WithoutPath(err)))
	case !info.IsDir():
		return nil, unwritable(path, pipeline.Wrong("report.no_such_folder", "folder", folder))
	}
	// os.CreateTemp makes it readable and writable by its owner alone.
	d.tmp, err = os.CreateTemp(folder, ".muster-*.tmp")
	if err != nil {
		return nil, unwritable(path, folderUnwritable(folder, err))
	}
	d.out = bufio.NewWriterSize(d.tmp, 1<<16)
	return d, nil
}

// folderUnwritable says that no file can be created in a folder, without the temporary file's path.
func folderUnwritable(folder string, err error) *pipeline.Mistake {
	return pipeline.Wrong("report.folder_unwritable", "folder", folder, "cause", pipeline.WithoutPath(err)).
		Try("run.file_in_folder")
}

// replaceable checks that a file at real, if any, can be replaced by a report. A spreadsheet program on Windows locks
// an open file, which people should know before the import.
func replaceable(real, path string, kept Kept) error {
	info, err := os.Stat(real)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritable(path, pipeline.Wrong("report.inaccessible", "cause", pipeline.WithoutPath(err)))
	case info.IsDir():
		return unwritable(path, pipeline.Wrong("report.is_folder").Try("report.name_file"))
	case !info.Mode().IsRegular():
		return unwritable(path, pipeline.Wrong("report.no_regular_file"))
	}
	f, err := kept.open(real)
	if err != nil && kept.Edited != nil && kept.Edited(real) {
		return nil
	}
	if err != nil {
		return unwritable(path,
			pipeline.Wrong("report.irreplaceable", "cause", pipeline.WithoutPath(err)).Try("report.close_file"))
	}
	return f.Close()
}

// Write appends to the file; it is on disk after commit.
func (d *destination) Write(p []byte) (int, error) { return d.out.Write(p) }

// commit syncs the file and gives it its name. When it fails, no file is left.
func (d *destination) commit() error {
	if d.ended {
		return errClosed
	}
	d.ended = true
	err := errors.Join(d.out.Flush(), d.tmp.Sync())
	// Windows cannot rename an open file.
	err = errors.Join(err, d.tmp.Close())
	if err == nil && !d.fresh {
		d.keepEdited()
	}
	if err == nil && d.fresh {
		// Reserve makes an empty file, which the report then replaces.
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
		return pipeline.Fail("report.unsynced", "path", d.path, "cause", pipeline.WithoutPath(err))
	}
	return nil
}

// discard removes the temporary file; after commit it does nothing.
func (d *destination) discard() {
	if d.ended {
		return
	}
	d.ended = true
	// Errors are ignored: the caller has one to return, and only the owner can read a file that stays.
	_ = d.tmp.Close()
	_ = os.Remove(d.tmp.Name())
}

func (d *destination) failed(err error) error {
	return pipeline.Fail("report.failed", "path", d.path, "cause", pipeline.WithoutPath(err))
}
