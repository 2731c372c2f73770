package settle

import (
	"errors"
	"strings"
	"testing"

	"muster/pipeline"
)

func TestPerson(t *testing.T) {
	for _, c := range []struct{ name, in, want, fails string }{
		{"as it is", "Ana Ruiz", "Ana Ruiz", ""},
		{"spaces and line ends", "  Ana \t Ruiz\n", "Ana Ruiz", ""},
		{"the longest", strings.Repeat("ñ", longestName), strings.Repeat("ñ", longestName), ""},
		{"too long", strings.Repeat("ñ", longestName+1), "", "cmd_settle.person_unfit"},
		{"a control character", "Ana\x00Ruiz", "", "cmd_settle.person_unfit"},
		{"nothing", " ", "", "cmd_settle.person_unknown"},
	} {
		got, err := Person(c.in)
		var code string
		if wrong := (*pipeline.Mistake)(nil); errors.As(err, &wrong) {
			code = string(wrong.What.Code)
		}
		if got != c.want || code != c.fails {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}
