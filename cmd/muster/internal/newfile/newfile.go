package newfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"muster/pipeline"
)

// Write writes a file that does not exist yet, completely or not at all; only its owner may read it. When the path
// exists the error is a [pipeline.Mistake].
func Write(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return exists(path)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		return pipeline.MistakeOf(err).Try("run.file_in_folder")
	case err != nil:
		return pipeline.MistakeOf(err)
	}
	err = write(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, pipeline.WithoutPath(err)), os.Remove(path))
	}
	return nil
}

// Absent refuses a path that exists, as [Write] would.
func Absent(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return exists(path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return pipeline.MistakeOf(err)
	}
	return nil
}

func exists(path string) error {
	return pipeline.Wrong("cmd_template.exists").Try("cmd_template.name_another").At(pipeline.Place{File: path})
}
