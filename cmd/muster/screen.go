package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"
)

// screen is the standard error of a terminal: sentences that scroll by, and at
// most one line at the foot that is drawn anew over and over. A sentence is
// written at once, above that line, so that none is lost when the process ends.
// All methods may be called at the same time.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	width func() int // columns now
	foot  string     // what stands at the foot; "" nothing
	open  bool       // the last sentence did not end its line: a question
}

const (
	toLineStart = "\r\x1b[K"   // and clear the line
	clearBelow  = "\x1b[J"     // from the cursor on
	linesUp     = "\x1b[%dA\r" // to the start of a line above
)

// Write writes whole sentences, each with its line's end; the last may be a
// question.
func (s *screen) Write(b []byte) (int, error) {
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

// answered says that the person ended the line of a question.
func (s *screen) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = false
}

// draw puts another line at the foot; "" leaves none.
func (s *screen) draw(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open || line == s.foot && line == "" {
		return
	}
	text := s.clear() + line
	s.foot = line
	// A terminal that is gone takes no bar; what matters is written elsewhere too.
	_, _ = io.WriteString(s.out, text)
}

// clear is what takes the foot away, also when the terminal has become narrower
// than it since and broke it into several lines.
func (s *screen) clear() string {
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
