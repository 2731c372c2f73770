package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/inbox"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// bookError is what opening a book, or checking it, failed with.
type bookError struct{ error }

func (e bookError) Unwrap() error { return e.error }

// isRefusal says that an error is one of this book alone: it cannot be read, or does
// not fit the mapping.
func isRefusal(err error) bool {
	var (
		book    bookError
		mistake *pipeline.Mistake
	)
	return errors.As(err, &book) && errors.As(err, &mistake) && mistake.Place.Kind == "" && !stopsAll(err)
}

// recall finds out of which books it was said of late why they are refused. Whoever
// looks at a terminal is not kept waiting for it.
func (fi *folderImport) recall(ctx context.Context, books []inbox.File) error {
	fi.before = map[string]bool{}
	if fi.terminal {
		return nil
	}
	said, err := saidOf(books)
	if err != nil {
		return err
	}
	before, err := enrol.SaidBefore(ctx, fi.job, said)
	if err != nil {
		return err
	}
	for i, b := range books {
		fi.before[b.Path] = before[i]
	}
	return nil
}

// refuse says why a book is not imported, and moves it to the folder for such books, if
// there is one. Of a file that nobody changes a notice is sent once a week; all else says
// it each time.
func (fi *folderImport) refuse(b inbox.File, why error) {
	fi.codes.refused = true
	fi.job.Observer.See(enrol.Refused{Book: b.Path, Err: why, Again: fi.before[b.Path]})
	if folder := fi.flags.folder.failed; folder == "" || fi.job.Target.Rehearsal() || b.Link {
		if !fi.before[b.Path] {
			fi.refused = append(fi.refused, b)
		}
		return
	}
	if _, err := fi.move(b, enrol.Moved{Refused: true}, fi.flags.folder.failed); err != nil {
		fi.failed(err)
	}
}

// move moves a book to a folder and gives its new path; "" where it stays, as somebody
// changed it.
func (fi *folderImport) move(b inbox.File, moved enrol.Moved, folder string) (string, error) {
	to, err := inbox.Move(b, folder, os.Rename)
	var other *inbox.ChangedError
	switch {
	case errors.As(err, &other):
		fi.say("run.stays", "cause", err)
		return "", nil
	case err != nil:
		return "", pipeline.Fail("run.not_moved", "book", b.Path, "folder", folder, "cause", err)
	}
	moved.Book, moved.To = b.Path, to
	fi.job.Observer.See(moved)
	return to, nil
}

// saidOf are the files as the ledger knows them.
func saidOf(files []inbox.File) ([]ledger.LeftAlone, error) {
	var all []ledger.LeftAlone
	for _, f := range files {
		path, err := filepath.Abs(f.Path)
		if err != nil {
			return nil, err
		}
		all = append(all, ledger.LeftAlone{Path: path, Size: f.Info.Size(), Changed: f.Info.ModTime()})
	}
	return all, nil
}
