package terminal

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"fits", "a line that fits\n", "a line that fits\n"},
		{"between words", "one two three four five six seven eight nine\n",
			"one two three four five six seven eight\n  nine\n"},
		{"below its last column", "  created      3  Created in this run. Nothing to do.\n",
			"  created      3  Created in this run.\n                  Nothing to do.\n"},
		{"painted", "  \x1b[32mcreated\x1b[0m      3  Created in this run. Nothing to do.\n",
			"  \x1b[32mcreated\x1b[0m      3  Created in this run.\n                  Nothing to do.\n"},
		{"a column too far to the right", strings.Repeat("x", 30) + "  one two three four\n",
			strings.Repeat("x", 30) + "  one two\n  three four\n"},
		{"a table", "20261129-004506-92a5  00:45  2 s  local    2960 created, 30 invalid\n",
			"20261129-004506-92a5  00:45  2 s  local\n  2960 created, 30 invalid\n"},
		{"a command", "  muster import a-book-of-a-long-name.csv --provider passport\n",
			"  muster import a-book-of-a-long-name.csv --provider passport\n"},
		{"a command in a sentence", "next: `muster check a.csv --provider passport --sheet May` again\n",
			"next:\n  `muster check a.csv --provider passport --sheet May`\n  again\n"},
		{"a word that is too long", "see " + strings.Repeat("x", 50) + "\n", "see\n  " + strings.Repeat("x", 50) + "\n"},
		{"letters, not bytes", strings.Repeat("ñ", 40) + "\n", strings.Repeat("ñ", 40) + "\n"},
		{"a question", "send 5 customers to Acme at https://x.example? [y/N] ",
			"send 5 customers to Acme at\n  https://x.example? [y/N] "},
		{"two lines", "one\ntwo\n", "one\ntwo\n"},
		{"nothing", "", ""},
	} {
		if got := Wrap(c.text, 40); got != c.want {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, c.want)
		}
	}
	long := strings.Repeat("word ", 30)
	for _, width := range []int{0, fewestColumns - 1} {
		if got := Wrap(long, width); got != long {
			t.Errorf("%d columns: %q", width, got)
		}
	}
}
