package enrol

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A folder stands for the mappings in it, and every file is listed once.
func TestMappingFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const sheet = "field,column\nnit,NIT\n"
	north, south := write("maps/north.csv", sheet), write("maps/South.CSV", sheet)
	write("maps/north-type.csv", "from,to\na,b\n")
	write("maps/.hidden.csv", sheet)
	write("maps/~$north.csv", sheet)
	write("maps/notes.txt", sheet)
	write("maps/below/deep.csv", sheet)
	other := write("other.csv", sheet)
	maps := filepath.Dir(north)
	for _, tt := range []struct{ named, want []string }{
		{nil, nil},
		{[]string{other}, []string{other}},
		{[]string{maps}, []string{south, north}},
		{[]string{north, maps, other, other}, []string{north, south, other}},
		{[]string{"nowhere.csv"}, []string{"nowhere.csv"}}, // reported when it is read
	} {
		got, err := MappingFiles(tt.named)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", tt.named, err, diff)
		}
	}
	if files, err := MappingFiles([]string{filepath.Join(maps, "below"), t.TempDir()}); err == nil {
		t.Errorf("a folder without a mapping: %q", files)
	}
}
