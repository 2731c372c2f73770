// Package terminal is the dialogue with a person at a terminal: sentences that scroll by, a bar at the bottom,
// questions and their answers, and the interrupts that stop a command. It works on data and knows no command.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"
)

// Screen is the standard error of a terminal: sentences that scroll by, and at most one line at the bottom that is
// redrawn. A sentence is written at once, above that line, so that none is lost when the process ends. All methods
// may be called from several goroutines at once.
type Screen struct {
	out   io.Writer
	width func() int

	mu   sync.Mutex
	foot string // the line at the bottom; "" for none
	open bool   // the last sentence did not end its line: a question
}

// NewScreen writes to out. width gives the present number of columns, 0 where a line cannot be erased; it may be
// called at any time.
func NewScreen(out io.Writer, width func() int) *Screen { return &Screen{out: out, width: width} }

// Width is the number of columns of a terminal that can draw a bar, 0 when f is not a terminal or cannot erase a
// line. name is the kind of terminal, as in TERM.
func Width(f *os.File, name string) int {
	if name == "dumb" || name == "" && runtime.GOOS != "windows" {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

const (
	toLineStart = "\r\x1b[K"   // and clear the line
	clearBelow  = "\x1b[J"     // from the cursor on
	linesUp     = "\x1b[%dA\r" // to the start of a line above
)

// Write writes whole sentences, each with its line end; the last one may be a question.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var text bytes.Buffer
	text.WriteString(s.clear())
	if s.open {
		text.WriteByte('\n')
	}
	text.Write(b)
	s.open = len(b) > 0 && b[len(b)-1] != '\n'
	if !s.open {
		text.WriteString(s.foot)
	}
	if _, err := s.out.Write(text.Bytes()); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Answered says that the person has ended the line of a question.
func (s *Screen) Answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = false
}

// Draw replaces the line at the bottom; "" removes it. A line of more than Width columns breaks.
func (s *Screen) Draw(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open || line == s.foot && line == "" {
		return
	}
	text := s.clear() + line
	s.foot = line
	// An error is ignored: a terminal that is gone needs no bar, and what matters is written elsewhere too.
	_, _ = io.WriteString(s.out, text)
}

// Width is the present number of columns; 0 when there can be no line at the bottom.
func (s *Screen) Width() int { return s.width() }

// clear removes the line at the bottom, even when the terminal has become narrower and broken it into several.
func (s *Screen) clear() string {
	if s.foot == "" {
		return ""
	}
	if width := s.width(); width > 0 {
		if above := (utf8.RuneCountInString(s.foot) - 1) / width; above > 0 {
			return fmt.Sprintf(linesUp, above) + clearBelow
		}
	}
	return toLineStart
}
