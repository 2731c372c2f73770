package runtext

import (
	"strings"
	"testing"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// At a terminal states have colours, totals are grouped, and a meaning is printed once; a file has none of that.
func TestLook(t *testing.T) {
	e := enrol.Ending{Run: pipeline.Run{Book: "b.csv"}, Tally: enrol.Tally{Customers: 1234570,
		Counts: pipeline.Counts{pipeline.Created: 1234567, pipeline.Known: 2, pipeline.Invalid: 1}}}
	look := Look{Colour: true, Grouped: true, Explained: map[pipeline.MessageCode]bool{}}
	want := "  \x1b[32mcreated\x1b[0m   1,234,567  Created in this run. Nothing to do.\n" +
		"  known             2  Already enrolled"
	if got := Checked(english(t), look, e); !strings.Contains(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	want = "  \x1b[32mcreated\x1b[0m   1,234,567\n  known             2\n  \x1b[31minvalid\x1b[0m           1\n"
	if got := Checked(english(t), look, e); !strings.HasSuffix(got, want) {
		t.Errorf("again %q\nwant %q", got, want)
	}
	want = "  created   1234567  Created"
	if got := Checked(english(t), Look{}, e); !strings.Contains(got, want) || strings.Contains(got, "\x1b") {
		t.Errorf("in a file %q\nwant %q", got, want)
	}
	spanish, err := wording.For("es")
	if err != nil {
		t.Fatal(err)
	}
	if got := Checked(spanish, Look{Grouped: true}, e); !strings.Contains(got, " 1.234.567  ") {
		t.Errorf("in Spanish %q", got)
	}
}

func TestNumbersInGroups(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 1000000: "1,000,000"} {
		if got := (Look{Grouped: true}).number(english(t), n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
