package runtext

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/internal/enrol"
)

// A preview is a table; on a terminal that is too narrow, the sent value is below the book's.
func TestPreviewFits(t *testing.T) {
	all := []enrol.Previewed{{Rows: []int{2}, Fields: []enrol.PreviewedField{
		{Column: "Correo", Cell: "A@example.org", Field: "email", Value: "a@example.org", Changed: true},
		{Field: "type", Value: "BUSINESS", Filled: true},
	}}}
	const wide = "row 2, as it would be sent:\n" +
		"  Correo  A@example.org  ->  email  a@example.org  (converted)\n" +
		"                         ->  type   BUSINESS  (from the definition)\n"
	const narrow = "row 2, as it would be sent:\n" +
		"  Correo  A@example.org\n" +
		"    ->  email  a@example.org  (converted)\n" +
		"    ->  type   BUSINESS  (from the definition)\n"
	for width, want := range map[int]string{0: wide, 80: wide, 50: narrow} {
		if diff := cmp.Diff(want, Preview(english(t), width, all)); diff != "" {
			t.Errorf("%d columns: %s", width, diff)
		}
	}
}
