package manpage

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func page() Page {
	return Page{Name: "muster-look", Section: 1, Short: "says what's in a file", Date: "2026-11-28",
		Source: "muster v1.2.3", Naming: "name", Parts: []Part{
			{Heading: "Empty:"},
			{Heading: "Usage:", Text: "  muster look FILE"},
			{Heading: "Notes:", Text: ".hidden files\nand C:\\books count.\n\n\nA table:\n  café  \"~^`\n"},
			{Heading: "Flags:", Items: []Item{{"-h, --help", "show\nthis help"}, {"--json", "'quoted'"}}},
		}}
}

func TestWrite(t *testing.T) {
	var b strings.Builder
	if err := page().Write(&b); err != nil {
		t.Fatal(err)
	}
	want := `.TH "MUSTER\-LOOK" 1 "2026\-11\-28" "muster v1.2.3"
.SH NAME
muster\-look \- says what\(aqs in a file
.SH USAGE
.nf
.in 0
  muster look FILE
.in
.fi
.SH NOTES
\&.hidden files
and C:\ebooks count.
.PP
.nf
.in 0
A table:
  caf\[u00E9]  \(dq\(ti\(ha\(ga
.in
.fi
.SH FLAGS
.TP
\fB\-h, \-\-help\fR
show this help
.TP
\fB\-\-json\fR
\(aqquoted\(aq
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	if got := page().File(); got != "muster-look.1" {
		t.Errorf("the file is %s", got)
	}
}

// TestGroff: where groff is installed, it prints the page's characters without a warning.
func TestGroff(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		return // TestWrite checks the text
	}
	var text, warnings strings.Builder
	if err := page().Write(&text); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(groff, "-man", "-ww", "-Tutf8")
	c.Stdin, c.Stderr = strings.NewReader(text.String()), &warnings
	printed, err := c.Output()
	if err != nil || warnings.Len() > 0 {
		t.Fatalf("%v\n%s", err, warnings.String())
	}
	for _, want := range []string{".hidden files", `C:\books`, "café  \"~^`", "'quoted'"} {
		if !strings.Contains(string(printed), want) {
			t.Errorf("no %s in\n%s", want, printed)
		}
	}
}
