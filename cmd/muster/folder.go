package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/inbox"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// folderImport is one `muster import --dir`: each new or changed book of the folder is imported once, in the byte
// order of their names.
//
// A book is new unless the ledger has a run of the same file, read and mapped in the same way by the same definition,
// that finished and left no row pending (promise 6).
type folderImport struct {
	*program
	flags   *importFlags
	job     enrol.Job
	stops   *interrupts
	out     *resultPrinter
	earlier enrol.EarlierRuns
	codes   bookCodes
	before  map[string]bool // paths of books that muster lately reported as refused
	waiting []importedBook  // books that stay until their open rows are closed
	refused []inbox.File    // books to record as reported
	ran     int             // books imported so far; each settles first what earlier runs left open
	ended   bool            // an error that would stop every other book too
}

func (p *program) importFolder(f *importFlags, j enrol.Job, stops *interrupts) error {
	j.Ledger.Holder = "muster import --dir " + f.folder.dir
	if !j.Target.Rehearsal() {
		j.Reports.Folder = f.folder.done
	}
	fi := &folderImport{program: p, flags: f, job: j, stops: stops,
		out: &resultPrinter{program: p, output: f.output, target: j.Target.Target}}
	e := enrol.New(fi.job)
	err := fi.closed(e, fi.run(stops.Second(), e))
	switch {
	case err != nil && fi.codes == (bookCodes{}):
		return err
	case err != nil:
		fi.failed(err)
	}
	code := fi.codes.exit()
	if code == exitOK {
		return nil
	}
	return folderError{exitError(code), fi.codes.others}
}

// folderError is the exit code of a folder import, and the code without the refused books.
type folderError struct {
	exitError
	others int
}

func (e folderError) Unwrap() error { return e.exitError }

// failed prints an error and adds its exit code.
func (fi *folderImport) failed(err error) { fi.codes.add(fi.fail(err)) }

func (fi *folderImport) run(ctx context.Context, e *enrol.Enroller) (err error) {
	dir := fi.flags.folder.dir
	if err := fi.flags.folder.usable(fi.flags.report.paths); err != nil {
		return err
	}
	if fi.job.Ledger.Wait && fi.job.Ledger.Path != "" {
		// The muster that has the right to send imports the same books, and moves them.
		if err := e.StandBy(ctx); err != nil {
			return err
		}
	}
	found, err := inbox.List(dir, fi.flags.folder.named, fi.now())
	if err != nil {
		return pipeline.Wrong("run.folder_unread", "cause", err)
	}
	fi.earlier, err = enrol.ReadEarlierRuns(ctx, fi.job)
	if said := fi.leftAlone(ctx, e, found.LeftAlone); err == nil {
		err = said
	}
	if err != nil {
		return err
	}
	if upgraded := fi.earlier.Upgraded; upgraded != nil && !fi.flags.output.quiet {
		fi.sayMessage(upgraded)
	}
	// From here on the number of open requests is known, however the command ends; not while another muster imports,
	// as some of them are just being answered.
	if !fi.earlier.GoesOn {
		fi.job.Observer.See(enrol.Counted{Unsettled: fi.earlier.Unsettled})
	}
	fresh, err := fi.sift(ctx, e, found.Books)
	if err != nil {
		return err
	}
	// A fault of a mapping sheet is reported once, not with each book.
	if len(fresh) > 0 {
		if err := enrol.TryMappings(fi.flags.book.mappings); err != nil {
			return err
		}
	}
	fresh = fi.atRest(fresh)
	if err := fi.recall(ctx, fresh); err != nil {
		return err
	}
	if len(fresh) > 0 {
		e.Job().Ledger.Holder = "muster import " + strings.Join(inbox.Paths(fresh), " ")
	}
	fi.importAll(ctx, e, fresh)
	fi.putClosedAway(ctx, e)
	if fi.ran == 0 && !fi.ended && fi.earlier.Unsettled > 0 && !fi.earlier.GoesOn {
		// Even when every book is refused for a week, requests of earlier runs must be settled before they become too
		// old for it.
		var code int
		code, err = fi.settleOnly(ctx, e)
		fi.codes.add(code)
	}
	if !e.Begun() {
		fi.earlier.SeeOpen(fi.job)
	}
	if err != nil {
		return err
	}
	said, err := saidOf(fi.refused)
	if err != nil {
		return err
	}
	return e.KeepSaid(ctx, said)
}

// leftAlone reports files that are not books: what to do about each once a week while it is unchanged, their names
// and the exit code every time.
func (fi *folderImport) leftAlone(ctx context.Context, e *enrol.Enroller, files []inbox.LeftAlone) error {
	if len(files) == 0 {
		return nil
	}
	fi.codes.add(exitFix)
	var all []inbox.File
	for _, f := range files {
		all = append(all, f.File)
	}
	said, err := saidOf(all)
	if err != nil {
		return err
	}
	before, err := enrol.SaidBefore(ctx, fi.job, said)
	if err != nil {
		return err
	}
	var now []ledger.LeftAlone
	var still []string
	for i, f := range files {
		if before[i] {
			still = append(still, f.Path)
		} else {
			now = append(now, said[i])
		}
		fi.job.Observer.See(enrol.LeftAlone{Path: f.Path, Why: f.Sentence(), Again: before[i]})
	}
	if len(still) > 0 {
		fi.say("run.still_left_alone", "files", still)
	}
	return e.KeepSaid(ctx, now)
}

// sift removes the books that are imported already, and moves them to the folder for finished books.
func (fi *folderImport) sift(ctx context.Context, e *enrol.Enroller, books []inbox.File) (fresh []inbox.File,
	err error) {
	for _, b := range books {
		if fi.stops.Stopped() {
			fi.say("run.not_begun", "books", inbox.Paths(books))
			return nil, exitError(exitInterrupted)
		}
		run, ok, err := fi.imported(ctx, b)
		if err != nil {
			fi.failed(err)
			continue
		}
		if !ok {
			fresh = append(fresh, b)
			continue
		}
		if run.Counts[pipeline.Uncertain] > 0 {
			continue // it stays while it has unsettled rows
		}
		if fi.waits(&run, fi.earlier.Open) {
			fi.waiting = append(fi.waiting, importedBook{b, run})
			continue
		}
		fi.putImportedAway(ctx, e, importedBook{b, run},
			pipeline.Say("run.imported_before", "run", run.ID))
	}
	return fresh, nil
}

// imported finds the newest run that did with this file what an import would do now. The book is only opened when
// some run had a file with the same content, because only then does it matter how it is read and mapped.
func (fi *folderImport) imported(ctx context.Context, b inbox.File) (run pipeline.Run, ok bool, err error) {
	if fi.earlier.Runs() == 0 {
		return run, false, nil
	}
	digest, err := b.SHA256()
	if err != nil {
		return run, false, pipeline.MistakeOf(err)
	}
	if !fi.earlier.Has(digest) {
		return run, false, nil
	}
	opened, err := fi.flags.book.open(ctx, &fi.job, b.Path)
	if err != nil {
		return run, false, nil // reported when the book is imported
	}
	defer opened.Close()
	run, ok = fi.earlier.Imported(opened)
	return run, ok, nil
}

// atRest removes the books that are still being written.
func (fi *folderImport) atRest(books []inbox.File) []inbox.File {
	whole, unfinished := inbox.AtRest(books, fi.now(), func(d time.Duration) { fi.pause(d, fi.stops.First().Done()) })
	for _, b := range unfinished {
		fi.job.Observer.See(enrol.Postponed{Book: b.Path, Why: pipeline.Say("run.still_written", "book", b.Path)})
	}
	return whole
}

// postponed leaves a book that looks as if its transfer was cut off to the next run. A book that was postponed
// before, and has not changed since, is imported as it is.
func (fi *folderImport) postponed(ctx context.Context, e *enrol.Enroller, b inbox.File) (bool, error) {
	if b.EndsALine() || fi.job.Ledger.Path == "" {
		return false, nil
	}
	opened, err := fi.flags.book.open(ctx, &fi.job, b.Path)
	if err != nil {
		return false, nil // reported when the book is imported
	}
	defer opened.Close()
	if !opened.Cut() || fi.earlier.Postponed(opened.SHA256()) {
		return false, nil
	}
	fi.job.Observer.See(enrol.Postponed{Book: b.Path, Why: pipeline.Say("run.looks_cut", "book", b.Path)})
	return true, e.Postpone(ctx, opened)
}

// importAll imports the books, one after the other. A book that cannot be read does not stop the others; an error
// that would stop every book ends the loop.
func (fi *folderImport) importAll(ctx context.Context, e *enrol.Enroller, books []inbox.File) {
	for i, b := range books {
		if fi.stops.Stopped() {
			fi.ended = true
			fi.codes.add(exitInterrupted)
			fi.say("run.not_begun", "books", inbox.Paths(books[i:]))
			return
		}
		if later, err := fi.postponed(ctx, e, b); later {
			if err != nil {
				fi.failed(err)
			}
			continue
		}
		run, code, err := fi.importBook(ctx, e, &fi.flags.book, b.Path, fi.out)
		switch {
		case err == nil:
			fi.ran++
			fi.codes.add(code)
		case isRefusal(err):
			fi.refuse(b, err)
			continue
		default:
			fi.failed(err)
		}
		if err == nil && enrol.Complete(run) && run.Counts[pipeline.Uncertain] == 0 {
			fi.finished(ctx, e, importedBook{b, run})
		}
		fi.ended = fi.stops.Stopped() || stopsAll(err) || err == nil && run.Halt != nil && code != exitRefusals
		if left := books[i+1:]; len(left) > 0 && fi.ended && !fi.stops.Stopped() {
			fi.say("run.not_begun_alike", "books", inbox.Paths(left))
			return
		}
	}
}

// stopsAll reports whether an error would stop every book, and not only this one.
func stopsAll(err error) bool {
	var (
		held    *ledger.HeldError
		secrets *pipeline.MissingSecretError
	)
	return errors.As(err, &held) || errors.As(err, &secrets) || errors.Is(err, ledger.ErrUnusable)
}

// putAway moves a finished book to the folder for finished books, if there is one. A rehearsal moves nothing, because
// the book must still be imported.
func (fi *folderImport) putAway(b inbox.File, why *pipeline.Message) (to string, err error) {
	folder := fi.flags.folder.done
	if folder == "" || fi.job.Target.Rehearsal() {
		return "", nil
	}
	return fi.move(b, enrol.Moved{Why: why}, folder)
}

// settleOnly asks about requests without an answer, and prints what is still open.
func (fi *folderImport) settleOnly(ctx context.Context, e *enrol.Enroller) (code int, err error) {
	was := fi.earlier.Unsettled
	if !fi.job.AsksProvider() {
		fi.job.Observer.See(enrol.SettledOnly{Ending: enrol.Ending{Unsettled: was}, Was: was})
		return exitLook, fi.printOpen(fi.earlier.Unanswered, was, was)
	}
	fi.out.where(fi.job.Target)
	if !fi.flags.output.quiet {
		fi.sayMessage(fi.nothingImported())
	}
	end, err := e.SettleOnly(ctx, fi.flags.folder.dir, was)
	if err != nil {
		return 0, err
	}
	if end.Halt != nil {
		fi.say("run.stopped", "reason", end.Halt)
		fi.sayHint(end.Halt.Hint)
	}
	code = endingCode(end)
	return code, unprinted(code, fi.printOpen(end.Elsewhere, was, end.Unsettled))
}

// nothingImported says that a folder has no new book, or none that could be imported; the errors of those are printed
// already.
func (fi *folderImport) nothingImported() *pipeline.Message {
	if fi.codes.exit() != exitOK {
		return pipeline.Say("run.nothing_imported", "folder", fi.flags.folder.dir)
	}
	return pipeline.Say("run.nothing_new", "folder", fi.flags.folder.dir)
}

// printOpen prints the result of a run without a new book.
func (fi *folderImport) printOpen(unanswered []ledger.Unanswered, was, open int) error {
	if fi.flags.output.json {
		return nil
	}
	result := fi.nothingImported()
	if was > open {
		result = pipeline.Say("run.and_settled", "result", result, "count", was-open)
	}
	text := fi.words.Message(result) + "\n" + runtext.Open(fi.words, unanswered, open-len(unanswered))
	if open > 0 && len(unanswered) == 0 {
		text += runtext.SettleAdvice(fi.words)
	}
	return fi.show(text)
}
