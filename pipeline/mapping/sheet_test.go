package mapping

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// writeSheet writes a mapping sheet and gives its path.
func writeSheet(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mapping.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A chain is read as a person typed it; one with a comma stands in quotes where
// commas part the cells.
func TestSheetChains(t *testing.T) {
	for name, text := range map[string]string{
		"commas":     "field,column,convert\nnit,NIT,\" digits | left-pad(9,0) \"\n",
		"semicolons": "field;column;convert\nnit;NIT;digits | left-pad(9,0)\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := sheetOf(t, text).lines[0].Convert; got != "digits | left-pad(9,0)" {
				t.Errorf("%q", got)
			}
		})
	}
}

// requireError checks a mistake: which file (path "" for the book's header), which
// line or row, what it says, and its hint.
func requireError(t *testing.T, err error, path string, number int, says, hint string) {
	t.Helper()
	var refused *pipeline.Mistake
	if !errors.As(err, &refused) {
		t.Fatalf("is taken, or refused otherwise: %v", err)
	}
	if refused.Place.File != path || max(refused.Place.Line, refused.Place.Row) != number {
		t.Errorf("%v: file %q and line %d, want %d", err, refused.Place.File,
			max(refused.Place.Line, refused.Place.Row), number)
	}
	if !strings.Contains(err.Error(), says) || path != "" && !strings.HasPrefix(err.Error(), "mapping "+path) {
		t.Errorf("%v: does not say %q and the file", err, says)
	}
	if !strings.Contains(refused.Hint.String(), hint) {
		t.Errorf("the hint %q does not say %q", refused.Hint.String(), hint)
	}
	if strings.Contains(err.Error(), "%!") {
		t.Errorf("%v is not formatted", err)
	}
}

// The digest is of what the mapping says and of nothing else.
func TestSheetSHA256(t *testing.T) {
	dir := t.TempDir()
	base := "field,column,convert,value,note\nnit,NIT,map(t.csv),,\ntype,,,BUSINESS,\n"
	digest := func(text, table string) string {
		t.Helper()
		writeFile(t, dir, "t.csv", table)
		writeFile(t, dir, "u.csv", table)
		writeFile(t, dir, "m.csv", text)
		return sheetAt(t, filepath.Join(dir, "m.csv")).SHA256()
	}
	const table = "from,to\na,b\nc,d\n"
	want := digest(base, table)
	for name, same := range map[string][2]string{
		"notes and blank lines": {"field,column,convert,value,note\nnit,NIT,map(t.csv),,why\n,,,,\n" +
			"type,,,BUSINESS,\n", table},
		"a table in another order": {base, "to,from,note\nd,c,x\nb,a,\n"},
	} {
		if digest(same[0], same[1]) != want {
			t.Errorf("%s make another mapping", name)
		}
	}
	for name, other := range map[string][2]string{
		"a column":          {strings.Replace(base, ",NIT,", ",Nit,", 1), table},
		"a constant":        {strings.Replace(base, "BUSINESS", "business", 1), table},
		"a conversion":      {strings.Replace(base, "map(t.csv)", "map(t.csv) | trim", 1), table},
		"a table's entry":   {base, "from,to\na,b\nc,e\n"},
		"one entry more":    {base, "from,to\na,b\nc,d\ne,f\n"},
		"another table":     {strings.Replace(base, "t.csv", "u.csv", 1), table},
		"a line":            {strings.Replace(base, "type,,,BUSINESS,\n", "", 1), table},
		"cells moved along": {strings.Replace(base, "type,,,BUSINESS", "type,BUSINESS,,", 1), table},
	} {
		if digest(other[0], other[1]) == want {
			t.Errorf("%s: the same digest", name)
		}
	}
}

func sheetAt(t testing.TB, path string) *Sheet {
	t.Helper()
	s, err := ReadSheet(path, csvFiles)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mapping.csv")
	text := "field,column,convert,value\na,A,trim | map(one.csv),\nb,B,\"map('two, " +
		"three.csv')\",\nc,C,map(one.csv),\nd,D,map(,\ne,E,upper,\nf,,,x\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := ReadSheet(path, csvFiles)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one.csv", "two, three.csv"}, s.Tables()); diff != "" {
		t.Error(diff)
	}
}
