package newfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"muster/pipeline"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.csv")
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	broken := errors.New("the disk is full")
	failing := func(w io.Writer) error { return errors.Join(text("half")(w), broken) }
	if err := Write(path, failing); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
	if err := errors.Join(Absent(path), Write(path, text("whole"))); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"write": Write(path, text("other")), "absent": Absent(path)} {
		var mistake *pipeline.Mistake
		if !errors.As(err, &mistake) || mistake.Place.File != path || mistake.Hint == nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	var mistake *pipeline.Mistake
	nowhere := filepath.Join(filepath.Dir(path), "none", "new.csv")
	if err := Write(nowhere, text("")); !errors.As(err, &mistake) || mistake.Hint == nil {
		t.Errorf("no folder: %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "whole" {
		t.Errorf("%q, %v", got, err)
	}
}
