package main

import (
	"context"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/inbox"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// importedBook is a book of a folder, and the run that imported it.
type importedBook struct {
	inbox.File
	run pipeline.Run
}

// waits reports whether a book stays in the folder because some of its rows are open.
func (fi *folderImport) waits(run *pipeline.Run, open []ledger.OpenRow) bool {
	return fi.openOf(run, open) > 0 && fi.flags.folder.when == doneClosed
}

func (fi *folderImport) openOf(run *pipeline.Run, open []ledger.OpenRow) (n int) {
	for i := range open {
		if open[i].OfBook(run) {
			n++
		}
	}
	return n
}

// finished moves a book that was just imported, unless it waits.
func (fi *folderImport) finished(ctx context.Context, e *enrol.Enroller, b importedBook) {
	if fi.flags.folder.done == "" || fi.job.Target.Rehearsal() {
		return
	}
	open, _, err := e.OpenRows(ctx)
	switch {
	case err != nil:
		fi.failed(err)
	case fi.waits(&b.run, open):
		fi.waiting = append(fi.waiting, b)
		if !fi.flags.output.quiet {
			fi.say("run.stays_open", "book", b.Path, "count", fi.openOf(&b.run, open))
		}
	default:
		fi.putImportedAway(ctx, e, b, nil)
	}
}

// putClosedAway moves the waiting books whose last open row was closed by a book that was just imported.
func (fi *folderImport) putClosedAway(ctx context.Context, e *enrol.Enroller) {
	open, known, err := e.OpenRows(ctx)
	if err != nil {
		fi.failed(err)
	}
	if !known {
		return
	}
	for _, b := range fi.waiting {
		if !fi.waits(&b.run, open) {
			fi.putImportedAway(ctx, e, b, pipeline.Say("run.closed"))
		}
	}
}

// putImportedAway moves a book, and records its new path.
func (fi *folderImport) putImportedAway(ctx context.Context, e *enrol.Enroller, b importedBook,
	why *pipeline.Message) {
	to, err := fi.putAway(b.File, why)
	if err == nil && to != "" {
		err = e.PutAway(context.WithoutCancel(ctx), b.run.ID, to)
	}
	if err != nil {
		fi.failed(err)
	}
}
