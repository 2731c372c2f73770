package topics

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		what, source string
		want         Page
		shown        string
	}{
		{"a title and text", "# A page\n\nOne.\n\n  - two\n", Page{"p", "A page", []Part{{"", "One.\n\n  - two\n"}}},
			"One.\n\n  - two\n"},
		{"code moves to the right, its empty lines stay empty", "# A page\n\n```sh\na\n\n  # b\n```\n",
			Page{"p", "A page", []Part{{"", "  a\n\n    # b\n"}}}, "  a\n\n    # b\n"},
		{"headings", "# A page\n\nOne.\n\n## Añadir\n\nTwo.\n\n## Last\n\nThree.",
			Page{"p", "A page", []Part{{"", "One.\n"}, {"Añadir", "Two.\n"}, {"Last", "Three.\n"}}},
			"One.\n\nAÑADIR\n\nTwo.\n\nLAST\n\nThree.\n"},
		{"a heading in code is none", "# A page\n\n```ini x\n# c\n## d\n```\n",
			Page{"p", "A page", []Part{{"", "  # c\n  ## d\n"}}}, "  # c\n  ## d\n"},
	} {
		got := Parse("p", c.source)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
		if diff := cmp.Diff(c.shown, got.String()); diff != "" {
			t.Errorf("%s is shown otherwise (-want +got):\n%s", c.what, diff)
		}
	}
}

// TestSource: a page without a translation is shown in the other language.
func TestSource(t *testing.T) {
	english := Source("systemd", "en", "")
	if english == "" || Source("systemd", "es", "en") == english || Source("systemd", "pt", "en") != english ||
		Source("systemd", "pt", "") != "" || Source("nothing", "en", "es") != "" {
		t.Error("a page is found in another language")
	}
}
