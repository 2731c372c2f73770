package terminal

import (
	"strings"
	"testing"
)

// shown is a terminal as a person sees it: lines of so many columns, a cursor, and the three movements that muster
// uses.
type shown struct {
	width  int
	lines  []string
	row    int
	column int
}

func (s *shown) Write(b []byte) (int, error) {
	text := string(b)
	for text != "" {
		switch {
		case strings.HasPrefix(text, "\x1b[K"):
			s.lines[s.row], text = s.lines[s.row][:min(s.column, len(s.lines[s.row]))], text[3:]
		case strings.HasPrefix(text, "\x1b[J"):
			s.lines, text = append(s.lines[:s.row], s.lines[s.row][:min(s.column, len(s.lines[s.row]))]), text[3:]
		case strings.HasPrefix(text, "\x1b["):
			n := int(text[2] - '0')
			s.row, text = s.row-n, text[4:] // ESC [ n A
		case text[0] == '\r':
			s.column, text = 0, text[1:]
		case text[0] == '\n':
			s.row, s.column, text = s.row+1, 0, text[1:]
		default:
			if s.column == s.width {
				s.row, s.column = s.row+1, 0
			}
			s.grow()
			line := s.lines[s.row]
			s.lines[s.row] = line[:s.column] + text[:1] + line[min(s.column+1, len(line)):]
			s.column, text = s.column+1, text[1:]
		}
		s.grow()
	}
	return len(b), nil
}

func (s *shown) grow() {
	for s.row >= len(s.lines) {
		s.lines = append(s.lines, "")
	}
}

// narrow makes the terminal narrower: the lines break.
func (s *shown) narrow(width int) {
	var lines []string
	for _, l := range s.lines {
		for len(l) > width {
			lines, l = append(lines, l[:width]), l[width:]
		}
		lines = append(lines, l)
	}
	s.width, s.lines, s.row = width, lines, len(lines)-1
	s.column = len(lines[s.row])
}

// Sentences that are written while there is a bar are above it, complete, and once; a question stays in place, and
// the bar comes back after its answer.
func TestSentencesAndABar(t *testing.T) {
	term := &shown{width: 30}
	s := NewScreen(term, func() int { return term.width })
	say := func(text string) {
		if _, err := s.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want ...string) {
		t.Helper()
		if got := strings.Join(term.lines, "\n"); got != strings.Join(want, "\n") {
			t.Errorf("the terminal shows\n%s\nwant\n%s", got, strings.Join(want, "\n"))
		}
	}
	say("plan\n")
	s.Draw("[=>   ] 1/5 a long line here")
	s.Draw("[==>  ] 2/5")
	holds("plan", "[==>  ] 2/5")
	say("told\nas well\n")
	holds("plan", "told", "as well", "[==>  ] 2/5")
	s.Draw("")
	say("go on? ")
	s.Draw("[===> ] 3/5")
	holds("plan", "told", "as well", "go on? ")
	term.Write([]byte("y\n")) // the terminal's echo
	s.Answered()
	s.Draw("[===> ] 3/5 and what is in flight")
	s.Draw("[===> ] 3/5 and 25 characters")
	holds("plan", "told", "as well", "go on? y", "[===> ] 3/5 and 25 characters")
	term.narrow(12)
	s.Draw("[==] 3/5")
	holds("plan", "told", "as well", "go on? y", "[==] 3/5")
	s.Draw("")
	say("done\n")
	holds("plan", "told", "as well", "go on? y", "done", "")
	say("stop? ")
	say("stopping\n") // an interrupt at the question
	holds("plan", "told", "as well", "go on? y", "done", "stop? ", "stopping", "")
}
