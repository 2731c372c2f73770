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

// bookError is an error of opening or checking a book.
type bookError struct{ error }

func (e bookError) Unwrap() error { return e.error }

// isRefusal reports whether an error is only about this book: it cannot be read, or does not fit the mapping.
func isRefusal(err error) bool {
	var (
		book    bookError
		mistake *pipeline.Mistake
	)
	return errors.As(err, &book) && errors.As(err, &mistake) && mistake.Place.Kind == "" && !stopsAll(err)
}

// recall finds the books that muster lately reported as refused. At a terminal it is skipped, so that nobody waits
// for it.
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

// refuse reports why a book is not imported, and moves it to the folder for refused books, if there is one. For an
// unchanged file a notice is sent once a week; all other output comes every time.
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

// move moves a book to a folder and returns its new path; "" when it stays, because it was changed meanwhile.
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

// saidOf describes files as the ledger stores them.
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
