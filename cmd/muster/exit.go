package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/submit"
)

// The exit codes, which scripts may rely on (`muster help exit-codes`). An unknown code is a failure. exitCodes says
// what each means.
const (
	exitOK          = 0
	exitUnfinished  = 1
	exitUsage       = 2
	exitFix         = 3
	exitLook        = 4
	exitRefusals    = 5
	exitHeld        = 10
	exitCredentials = 12
	exitInterrupted = 130
)

// exitError carries an exit code whose reason is printed already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// unprinted returns err, the error of printing the result of a run that ended with that exit code, as one with the
// code that is more urgent: where the terminal has gone, a run that it interrupted was interrupted all the same.
func unprinted(code int, err error) error {
	if err == nil || worse(code, exitUnfinished) == exitUnfinished {
		return err
	}
	return &unprintedError{code, err}
}

// unprintedError is the error of a result that could not be printed.
type unprintedError struct {
	code int
	error
}

func (e *unprintedError) Unwrap() error { return e.error }

// explain returns an error's exit code and what to do about it, which may be nil. It decides by types, never by
// texts.
func explain(err error) (code int, hint *pipeline.Message) {
	var (
		printed     exitError
		halt        *importer.Halt
		mistake     *pipeline.Mistake
		credentials *submit.CredentialsError
		held        *ledger.HeldError
		away        *ledger.AwayError
		server      *ledger.ServerError
		unseen      *unprintedError
	)
	switch {
	case errors.As(err, &printed):
		return int(printed), nil
	case errors.As(err, &unseen):
		return unseen.code, nil
	case errors.As(err, &halt):
		return haltCode(halt), halt.Hint
	case errors.As(err, &away): // the ledger's server was away too long while muster worked
		return exitUnfinished, pipeline.Say("run.again")
	case errors.As(err, &server): // which may do it the next time
		return exitUnfinished, server.Hint
	case errors.As(err, &mistake) && errors.Is(err, ledger.ErrUnreachable):
		return exitUnfinished, mistake.Hint
	case errors.As(err, &mistake):
		return exitUsage, mistake.Hint
	case errors.As(err, &credentials):
		return exitCredentials, importer.CredentialsHint()
	case errors.As(err, &held):
		return exitHeld, pipeline.Say("cmd_ledger.import_waits")
	case errors.Is(err, ledger.ErrFull), errors.Is(err, syscall.ENOSPC):
		return exitUnfinished, pipeline.Say("run.make_room")
	case errors.Is(err, context.Canceled):
		return exitInterrupted, pipeline.Say("run.again")
	}
	return exitUnfinished, nil
}

func haltCode(h *importer.Halt) int {
	switch h.Reason {
	case importer.HaltCredentials:
		return exitCredentials
	case importer.HaltRefusals, importer.HaltPilot:
		return exitRefusals
	case importer.HaltInterrupted:
		return exitInterrupted
	}
	return exitUnfinished
}

// endingCode is the exit code of a run by how it ended.
func endingCode(e enrol.Ending) int {
	switch {
	case e.Halt != nil:
		return haltCode(e.Halt)
	case e.ReportErr != nil:
		return exitUnfinished
	}
	return finishedCode(&e.Tally, e.Unsettled)
}

// finishedCode is the exit code of a run that went through the whole book: first pending rows, which it did not
// finish, then 4 before 3. unsettled counts the uncertain customers of the namespace, including those of earlier
// runs.
func finishedCode(t *enrol.Tally, unsettled int) int {
	switch {
	case t.Unfinished > 0:
		return exitUnfinished
	case unsettled > 0 || t.Counts[pipeline.Uncertain] > 0 || t.WithoutID > 0:
		return exitLook
	}
	for state, n := range t.Counts {
		if n > 0 && state.NeedsFix() {
			return exitFix
		}
	}
	return exitOK
}

// worse is the more urgent exit code of two runs. First come those after which a person must act before the same
// command is run again, then those that pass by themselves, then those of runs that finished.
func worse(a, b int) int {
	for _, c := range []int{exitInterrupted, exitCredentials, exitUsage, exitRefusals, exitHeld, exitUnfinished,
		exitLook, exitFix} {
		if a == c || b == c {
			return c
		}
	}
	return max(a, b)
}

// bookCodes combines the exit codes of several books. The zero value has none.
type bookCodes struct {
	others  int  // the most urgent of the books that were not refused
	refused bool // a book cannot be read, or does not fit the mapping
}

// add includes the exit code of a book that was not refused.
func (c *bookCodes) add(code int) { c.others = worse(c.others, code) }

// exit is the exit code for all books. A refused book may stay in a folder for weeks, so its code must not hide one
// that asks for another run, or for a look at the provider.
func (c *bookCodes) exit() int {
	if c.refused && (c.others == exitOK || c.others == exitFix) {
		return exitUsage
	}
	return c.others
}
