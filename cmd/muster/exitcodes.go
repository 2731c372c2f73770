package main

import (
	"fmt"
	"strings"
)

// exitCode is one of the codes with which muster ends.
type exitCode struct {
	code    int
	meaning string
	// todo is what whoever looks at the code does, or has done by a scheduler.
	todo string
}

// exitCodes are all there are, in the order of their numbers: the one place
// that says what each means.
func exitCodes() []exitCode {
	return []exitCode{
		{exitOK, "every row is created, known or existing (or left out because of --limit)", "nothing"},
		{exitUnfinished, "the run could not go on, or rows stayed pending; run it again to go on",
			"run the same command again"},
		{exitUsage, "flags, mapping, definition, secrets, ledger or book cannot be used; nothing was sent",
			"mend what the message names"},
		{exitFix, "finished; some rows are invalid, duplicate, changed or rejected",
			"mend the rows that the report lists"},
		{exitLook, "finished; some rows are uncertain, or existing without an ID",
			"look them up at the provider, then `muster settle`"},
		{exitRefusals, "halted by too many refusals, or by what a pilot came to",
			"read the first refusals in the report; the whole book may be wrong"},
		{exitHeld, "another muster holds the ledger", "wait until it has ended"},
		{exitCredentials, "the provider refuses our credentials",
			"check the secrets, and that they belong to this environment"},
		{exitInterrupted, "interrupted, or the question was answered with no", "run the same command again"},
	}
}

// exitCodesText is the table of `muster import --help`.
func exitCodesText() string {
	var b strings.Builder
	for _, c := range exitCodes() {
		fmt.Fprintf(&b, "  %-4d %s\n", c.code, c.meaning)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
