package mapping

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
