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

// showsStdout reports whether stdout is a terminal.
func (p *program) showsStdout() bool {
	f, ok := p.stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// stdoutWidth is the number of columns of stdout; 0 when it is not a terminal.
func (p *program) stdoutWidth() int {
	if !p.showsStdout() {
		return 0
	}
	return terminal.Width(p.stdout.(*os.File), p.getenv("TERM"))
}

// stderrWidth is the number of columns of stderr; 0 when it is not a terminal.
func (p *program) stderrWidth() int {
	if p.screen == nil {
		return 0
	}
	return p.screen.Width()
}

// show prints a text for people on stdout, wrapped.
func (p *program) show(text string) error {
	_, err := io.WriteString(p.stdout, terminal.Wrap(text, p.stdoutWidth()))
	return err
}

// tell prints a text for people on stderr, wrapped, ending in a line end.
func (p *program) tell(text string) {
	fmt.Fprintln(p.stderr, strings.TrimSuffix(terminal.Wrap(text, p.stderrWidth()), "\n"))
}

// look is the style of output on a terminal of that width, 0 for none: plain for --quiet and --json, and without
// colours where the environment asks for that (no-color.org).
func (p *program) look(width int, o outputFlags) runtext.Look {
	if width == 0 || o.quiet || o.json {
		return runtext.Look{}
	}
	return runtext.Look{Colour: p.getenv("NO_COLOR") == "", Grouped: true}
}

// stdoutLook is the style of results.
func (p *program) stdoutLook(o outputFlags) runtext.Look { return p.look(p.stdoutWidth(), o) }

// stderrLook is the style of everything else.
func (p *program) stderrLook(o outputFlags) runtext.Look {
	return p.look(p.stderrWidth(), o)
}
