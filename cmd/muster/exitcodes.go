package main

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// exitCode is one of muster's exit codes.
type exitCode struct {
	code    int
	meaning *pipeline.Message
	// todo says what a person should do about the code, or have a scheduler do.
	todo *pipeline.Message
}

// exitCodes lists all exit codes by number, and is the only place that says what each means.
func exitCodes() []exitCode {
	return []exitCode{
		{exitOK, pipeline.Say("cmd_exit.ok"), pipeline.Say("cmd_exit.ok_todo")},
		{exitUnfinished, pipeline.Say("cmd_exit.unfinished"), pipeline.Say("cmd_exit.unfinished_todo")},
		{exitUsage, pipeline.Say("cmd_exit.usage"), pipeline.Say("cmd_exit.usage_todo")},
		{exitFix, pipeline.Say("cmd_exit.fix"), pipeline.Say("cmd_exit.fix_todo")},
		{exitLook, pipeline.Say("cmd_exit.look"), pipeline.Say("cmd_exit.look_todo")},
		{exitRefusals, pipeline.Say("cmd_exit.refusals"), pipeline.Say("cmd_exit.refusals_todo")},
		{exitHeld, pipeline.Say("cmd_exit.held"), pipeline.Say("cmd_exit.held_todo")},
		{exitCredentials, pipeline.Say("cmd_exit.credentials"), pipeline.Say("cmd_exit.credentials_todo")},
		{exitInterrupted, pipeline.Say("cmd_exit.interrupted"), pipeline.Say("cmd_exit.interrupted_todo")},
	}
}

// exitCodesText is the table of `muster import --help`.
func (p *program) exitCodesText() string {
	var b strings.Builder
	for _, c := range exitCodes() {
		fmt.Fprintf(&b, "%-4d %s\n", c.code, p.words.Message(c.meaning))
	}
	return b.String()
}
