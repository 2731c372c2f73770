package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/submit"
	"muster/pipeline/wording"
)

func TestExplain(t *testing.T) {
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	mistake := pipeline.Wrong("wrong").Try("run.add_yes")
	for _, c := range []struct {
		name string
		err  error
		code int
		hint string
	}{
		{"printed already", errors.Join(exitError(exitFix), mistake), exitFix, ""},
		{"a mistake", fmt.Errorf("read: %w", mistake), exitUsage,
			words.Say("run.add_yes")},
		{"a mistake around another says what to do", pipeline.Wrong("convert", "cause", mistake).Try("run.again"),
			exitUsage, words.Say("run.again")},
		{"a halt is no mistake, whatever it met", importer.NewHalt(importer.HaltBook, "halted", "cause", mistake).
			Try("run.again"), exitUnfinished, "run the same command again to go on"},
		{"a halt for credentials", importer.NewHalt(importer.HaltCredentials, "refused"), exitCredentials, ""},
		{"a halt for refusals", importer.NewHalt(importer.HaltRefusals, "refused"), exitRefusals, ""},
		{"a halt after a pilot", importer.NewHalt(importer.HaltPilot, "refused"), exitRefusals, ""},
		{"a halt by a person", importer.NewHalt(importer.HaltInterrupted, "stopped"), exitInterrupted, ""},
		{"credentials", fmt.Errorf("log in: %w", &submit.CredentialsError{}), exitCredentials,
			words.Message(importer.CredentialsHint())},
		{"a ledger that is held", &ledger.HeldError{Path: "a.db"}, exitHeld,
			words.Say("cmd_ledger.import_waits")},
		{"a server that was away for too long", &ledger.AwayError{Path: "postgres://a", Err: mistake}, exitUnfinished,
			words.Say("run.again")},
		{"cancelled", fmt.Errorf("read: %w", context.Canceled), exitInterrupted, "run the same command again to go on"},
		{"a full disk", fmt.Errorf("ledger: %w", ledger.ErrFull), exitUnfinished, words.Say("run.make_room")},
		{"the result of an interrupted run that nobody sees", unprinted(exitInterrupted, errors.New("no terminal")),
			exitInterrupted, ""},
		{"refused credentials that nobody sees", unprinted(exitCredentials, errors.New("no terminal")), exitCredentials, ""},
		{"the result of a whole run that nobody sees", unprinted(exitOK, errors.New("no terminal")), exitUnfinished, ""},
		{"rows to fix that nobody sees", unprinted(exitFix, errors.New("no terminal")), exitUnfinished, ""},
		{"anything else", errors.New("the disk is full"), exitUnfinished, ""},
	} {
		code, advice := explain(c.err)
		hint := ""
		if advice != nil {
			hint = words.Message(advice)
		}
		if code != c.code || hint != c.hint {
			t.Errorf("%s: %d, %q", c.name, code, hint)
		}
	}
}

func TestBookCodes(t *testing.T) {
	for _, c := range []struct {
		name    string
		others  []int
		refused bool
		want    int
	}{
		{"no book", nil, false, exitOK},
		{"one that is refused", nil, true, exitUsage},
		{"beside rows to fix", []int{exitFix, exitOK}, true, exitUsage},
		{"another run helps", []int{exitFix, exitUnfinished}, true, exitUnfinished},
		{"to look up", []int{exitLook, exitFix}, true, exitLook},
		{"refusals", []int{exitUnfinished, exitRefusals}, true, exitRefusals},
		{"credentials", []int{exitUnfinished, exitCredentials}, true, exitCredentials},
		{"held", []int{exitHeld}, true, exitHeld},
		{"a setting that stops all", []int{exitUnfinished, exitUsage}, false, exitUsage},
		{"unfinished before uncertain", []int{exitLook, exitUnfinished, exitFix}, false, exitUnfinished},
		{"interrupted", []int{exitCredentials, exitInterrupted}, false, exitInterrupted},
	} {
		codes := bookCodes{refused: c.refused}
		for _, code := range c.others {
			codes.add(code)
		}
		if got := codes.exit(); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
