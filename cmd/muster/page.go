package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"muster/cmd/muster/internal/runtext"
	"muster/cmd/muster/internal/terminal"
)

// showsStdout says that a person reads the standard output.
func (p *program) showsStdout() bool {
	f, ok := p.stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// stdoutWidth is the number of columns of the standard output; 0 where it is no terminal.
func (p *program) stdoutWidth() int {
	if !p.showsStdout() {
		return 0
	}
	return terminal.Width(p.stdout.(*os.File), p.getenv("TERM"))
}

// stderrWidth is the number of columns of the standard error; 0 where it is no terminal.
func (p *program) stderrWidth() int {
	if p.screen == nil {
		return 0
	}
	return p.screen.Width()
}

// show writes a text for people to stdout, in lines that fit.
func (p *program) show(text string) error {
	_, err := io.WriteString(p.stdout, terminal.Wrap(text, p.stdoutWidth()))
	return err
}

// tell writes a text for people to stderr, in lines that fit, the last of them ended.
func (p *program) tell(text string) {
	fmt.Fprintln(p.stderr, strings.TrimSuffix(terminal.Wrap(text, p.stderrWidth()), "\n"))
}

// look is how what a command prints looks on a terminal of that width, 0 for none: plain where
// little or JSON is asked for, and without colours where the environment wants none
// (no-color.org).
func (p *program) look(width int, o outputFlags) runtext.Look {
	if width == 0 || o.quiet || o.json {
		return runtext.Look{}
	}
	return runtext.Look{Colour: p.getenv("NO_COLOR") == "", Grouped: true}
}

// stdoutLook is how results look.
func (p *program) stdoutLook(o outputFlags) runtext.Look { return p.look(p.stdoutWidth(), o) }

// stderrLook is how what is said besides looks.
func (p *program) stderrLook(o outputFlags) runtext.Look {
	return p.look(p.stderrWidth(), o)
}
