package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/inbox"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// folderFlags say that the books are those of a folder.
type folderFlags struct {
	dir  string
	done string // where finished books go; "" leaves them where they are
	// named are the files that flags and the environment name: they are no books.
	named []string
}

func (f *folderFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.dir, "dir", "", "import every new or changed book of this folder, by name, each a run with a report")
	c.Flags().StringVar(&f.done, "done-dir", "", "with --dir: where a finished book is moved, and where the reports go")
}

// booksOrFolder asks for books or for a folder of them. Books that are named
// count more than a folder of the environment.
func (f *folderFlags) booksOrFolder(c *cobra.Command, books []string) error {
	fromCommandLine := f.dir != "" && settings.VariableOf(c, "dir") == ""
	switch {
	case len(books) > 0 && fromCommandLine:
		return pipeline.Mistakef("--dir %s: takes every book of the folder, and %s is named besides", f.dir, list(books)).Try("leave out one of the two")
	case len(books) > 0:
		f.dir = ""
	case f.dir != "":
		return nil
	}
	if f.done != "" && settings.VariableOf(c, "done-dir") == "" {
		return pipeline.Mistakef("--done-dir %s: only the books of a folder are moved", f.done).Try("it goes with --dir DIR")
	}
	return someBooks(c, books)
}

// usable finds out before anything else whether the folders are there.
func (f folderFlags) usable(reports []string) error {
	if len(reports) > 0 {
		return pipeline.Mistakef("--report names one file, and --dir may find many books").Try("leave --report out: each book gets a report of its own name, in --done-dir or the working directory")
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
	if sameFile(f.dir, f.done) {
		return pipeline.Mistakef("--done-dir %s: is the folder of --dir itself", f.done).Try("name another folder, such as one inside it")
	}
	return nil
}

func isFolder(flag, path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return pipeline.Mistakef("%s %s: there is no such folder", flag, path).Try("make it first, and check the folder that its name starts from")
	case err != nil:
		return pipeline.Mistakef("%s: %w", flag, err)
	case !info.IsDir():
		return pipeline.Mistakef("%s %s: is a file, not a folder", flag, path).Try("name the folder that it is in")
	}
	return nil
}

// folderImport is one `muster import --dir`: each new or changed book of the
// folder once, in the byte order of their names.
//
// A book is new unless the ledger has a run of the same file, read and mapped
// in the same way by the same definition, that finished and left no row
// pending (promise 6). A run that left a row uncertain finished as long as its
// request is unsettled; once it is, the book is gone through again, for the
// row may have to be sent after all.
type folderImport struct {
	*program
	flags folderFlags
	stops *interrupts
	// begin gives a run of the import with nothing done yet.
	begin func() *importRun
	past  past
	code  int
	began int  // books whose import was begun
	ran   int  // those of them that were gone through; each settles first what earlier runs left open
	ended bool // what stopped one would stop the others alike
}

func (p *program) importFolder(flags folderFlags, stops *interrupts, begin func() *importRun) error {
	fi := &folderImport{program: p, flags: flags, stops: stops, begin: begin}
	err := fi.run(stops.ctx)
	switch {
	case err != nil && fi.code == exitOK:
		return err
	case err != nil:
		fi.code = graver(fi.code, p.fail(err))
	}
	if fi.code == exitOK {
		return nil
	}
	return exitError(fi.code)
}

func (fi *folderImport) run(ctx context.Context) (err error) {
	r := fi.begin()
	if err := fi.flags.usable(r.flags.reports); err != nil {
		return err
	}
	found, err := inbox.List(fi.flags.dir, fi.flags.named)
	if err != nil {
		return pipeline.Mistakef("--dir: %w", err)
	}
	// A quiet run says so too: whoever put it there waits for its merchants.
	for _, name := range found.Foreign {
		r.say("left alone: %s; muster reads .xlsx and .csv: save it as one of them", name)
	}
	if fi.past, err = r.lookBack(ctx); err != nil {
		return err
	}
	// However the command ends from here, what is open is known.
	r.seen.See(enrol.Counted{Unsettled: fi.past.unsettled})
	fresh, err := fi.sift(ctx, found.Books)
	if err != nil {
		return err
	}
	if err := fi.flags.mapped(fresh, r.flags.book.mapping); err != nil {
		return err
	}
	fi.importAll(ctx, fi.atRest(fresh))
	if fi.ran > 0 || fi.ended || fi.past.unsettled == 0 {
		return nil
	}
	// A broken book that lies there for a week must not keep the requests of
	// earlier runs open until nothing can settle them any more.
	code, err := fi.settleOnly(ctx)
	fi.code = graver(fi.code, code)
	return err
}

// mapped reads the mapping sheet once, before the first book: what is wrong
// with it is told once, not with each of them.
func (folderFlags) mapped(books []inbox.File, sheet string) error {
	if len(books) == 0 || sheet == "" {
		return nil
	}
	_, err := enrol.ReadMapping(sheet)
	return err
}

// sift leaves out the books that are imported already, and puts them away.
func (fi *folderImport) sift(ctx context.Context, books []inbox.File) (fresh []inbox.File, err error) {
	for _, b := range books {
		if fi.stops.stopped() {
			return nil, fi.interrupted(books)
		}
		run, ok, err := fi.imported(ctx, b)
		if err != nil {
			fi.code = graver(fi.code, fi.fail(err))
			continue
		}
		if !ok {
			fresh = append(fresh, b)
			continue
		}
		if run.Counts[pipeline.Uncertain] > 0 {
			continue // it waits for its unsettled rows
		}
		if err := fi.putAway(b, "imported before, by run "+run.ID); err != nil {
			fi.code = graver(fi.code, fi.fail(err))
		}
	}
	return fresh, nil
}

func (fi *folderImport) interrupted(left []inbox.File) error {
	if len(left) > 0 {
		fi.say("not begun: %s", list(inbox.Paths(left)))
	}
	return exitError(exitInterrupted)
}

// atRest leaves out the books that somebody is still writing.
func (fi *folderImport) atRest(books []inbox.File) []inbox.File {
	whole, unfinished := inbox.AtRest(books, fi.now(), func(d time.Duration) { fi.pause(d, fi.stops.stop) })
	for _, b := range unfinished {
		fi.say("%s: is still being written; it is left for the next run", b.Path)
	}
	return whole
}

// importAll imports the books, one after the other. One that cannot be read
// does not keep the others from being imported; what would stop them all alike
// ends it.
func (fi *folderImport) importAll(ctx context.Context, books []inbox.File) {
	paths := inbox.Paths(books)
	for i, b := range books {
		if fi.stops.stopped() {
			fi.ended = true
			fi.code = graver(fi.code, exitInterrupted)
			fi.say("not begun: %s", list(inbox.Paths(books[i:])))
			return
		}
		r := fi.begin()
		if !r.target.Namespace.Rehearsal() {
			r.flags.reportFolder = fi.flags.done
		}
		fi.began++
		code, err := r.book(ctx, b.Path, paths)
		if err != nil {
			code = fi.fail(err)
		} else {
			fi.ran++
		}
		fi.code = graver(fi.code, code)
		if err == nil && finished(r.run) && r.run.Counts[pipeline.Uncertain] == 0 {
			if err := fi.putAway(b, ""); err != nil {
				fi.code = graver(fi.code, fi.fail(err))
			}
		}
		fi.ended = fi.stops.stopped() || stopsAll(err) || err == nil && r.run.Halt != "" && code != exitRefusals
		if left := books[i+1:]; len(left) > 0 && fi.ended && !fi.stops.stopped() {
			fi.say("not begun, for the same would stop them: %s", list(inbox.Paths(left)))
			return
		}
	}
}

// stopsAll tells what is wrong with the import from what is wrong with a book.
func stopsAll(err error) bool {
	var (
		held    *ledger.HeldError
		secrets *pipeline.MissingSecretError
	)
	return errors.As(err, &held) || errors.As(err, &secrets) || errors.Is(err, ledger.ErrUnusable)
}

// putAway moves a finished book to the folder for them, if there is one. A
// rehearsal moves nothing: the book is still to be imported.
func (fi *folderImport) putAway(b inbox.File, why string) error {
	r := fi.begin()
	if fi.flags.done == "" || r.target.Namespace.Rehearsal() {
		return nil
	}
	to, err := inbox.Move(b, fi.flags.done, os.Rename)
	var other *inbox.ChangedError
	switch {
	case errors.As(err, &other):
		fi.say("%v: it stays, for the next run", err)
		return nil
	case err != nil:
		return fmt.Errorf("%s: is imported, and could not be moved to %s: %w", b.Path, fi.flags.done, err)
	}
	if why != "" {
		why = " (" + why + ")"
	}
	r.tell(fmt.Sprintf("%s: moved to %s%s", b.Path, to, why))
	r.seen.See(enrol.Moved{Book: b.Path, To: to})
	return nil
}

// nothing is the book of a run that only settles.
type nothing struct{}

func (nothing) Rows(context.Context, func(pipeline.Row) error) error { return nil }

// settleOnly asks what became of the requests that were never answered, as an
// import of a book without rows would, and says what is still open.
func (fi *folderImport) settleOnly(ctx context.Context) (code int, err error) {
	r := fi.begin()
	was := fi.past.unsettled
	if r.def.Provider().Settle.By == pipeline.SettleNone {
		r.seen.See(enrol.SettledOnly{Ending: enrol.Ending{Unsettled: was}, Was: was})
		return exitLook, fi.tellOpen(r, fi.past.unanswered, was, was)
	}
	r.tell(firstLine(r.target, r.def.Provider()))
	r.tell(fi.nothingImported())
	r.run.ID = r.newRunID()
	if err := r.ground.lay(ctx, r, []string{"--dir " + fi.flags.dir}); err != nil {
		return 0, err
	}
	l, space, provider := r.ground.ledger, r.ground.space, r.def.Provider()
	r.run = pipeline.Run{ID: r.run.ID, Namespace: r.target.Namespace, BaseURL: r.ground.standin.baseURL(r.target), Book: fi.flags.dir,
		Version: version(), Digest: provider.Digest, Credentials: r.ground.credentials, Person: person(), Machine: machine(), Started: r.now()}
	if err := l.StartRun(ctx, r.run); err != nil {
		return 0, err
	}
	r.seen.See(enrol.Began{Run: r.run})
	defer func() {
		if err != nil && r.run.Halt == "" {
			r.run.Halt = err.Error()
		}
		r.run.Finished, r.run.Counts = r.now(), pipeline.Counts{}
		if finishErr := l.FinishRun(context.WithoutCancel(ctx), r.run); finishErr != nil && err == nil {
			err = fmt.Errorf("close the run in the ledger: %w", finishErr)
		}
	}()
	records := ledgerRecords{l, space}
	plan, err := importer.Check(ctx, importer.Setup{Provider: provider, Book: nothing{}, Ledger: space, Records: records, Run: r.run.ID})
	if err != nil {
		return 0, err
	}
	halt := r.confirm(ctx, plan, was)
	if halt == nil {
		halt = r.send(ctx, plan, records, sender{r.ground.client})
	}
	open, err := space.Unsettled(context.WithoutCancel(ctx))
	if err != nil {
		return 0, err
	}
	unanswered, err := space.Unanswered(context.WithoutCancel(ctx), "", unansweredShown)
	if err != nil {
		return 0, err
	}
	code = exitOK
	if open > 0 {
		code = exitLook
	}
	if halt != nil {
		r.run.Halt = halt.Error()
		code = graver(haltCode(halt), code)
		r.say("stopped: %v", halt)
		if halt.Hint != "" {
			r.say("  try: %s", halt.Hint)
		}
	}
	r.run.Finished = r.now()
	r.seen.See(enrol.SettledOnly{Ending: enrol.Ending{Run: r.run, Pace: plan.Pace, Unsettled: open, Halt: halt}, Was: was})
	return code, fi.tellOpen(r, unanswered, was, open)
}

// nothingImported tells a folder without a new book from one whose books could
// not be imported, each of which has been told of.
func (fi *folderImport) nothingImported() string {
	if fi.code != exitOK {
		return "nothing imported from " + fi.flags.dir
	}
	return "nothing new in " + fi.flags.dir
}

// tellOpen is the result of a run that found no new book.
func (fi *folderImport) tellOpen(r *importRun, unanswered []ledger.Unanswered, was, open int) error {
	if r.flags.json {
		return nil
	}
	var b strings.Builder
	b.WriteString(fi.nothingImported())
	if was > open {
		fmt.Fprintf(&b, "; settled %s of earlier runs", count(was-open, "request"))
	}
	b.WriteString("\n")
	for i, text := range unansweredTexts(unanswered) {
		if i == 0 {
			fmt.Fprintf(&b, "never answered, sent by earlier runs:\n")
		}
		fmt.Fprintf(&b, "  %s\n", text)
	}
	if more := open - len(unanswered); more > 0 && len(unanswered) > 0 {
		fmt.Fprintf(&b, "  and %d more\n", more)
	}
	if open > 0 {
		fmt.Fprintf(&b, "  `muster settle` takes a person's word on them; `muster show RUN:ROW` tells their story\n")
	}
	_, err := fmt.Fprint(fi.stdout, b.String())
	return err
}
