package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"muster/pipeline"
)

// TestCheckpointCutOff: a disk that fills up while the WAL is copied into the
// database leaves any part of it there, and the whole in the WAL. Nothing that
// was acknowledged is lost, and nobody is told that the ledger is damaged.
func TestCheckpointCutOff(t *testing.T) {
	_, s, path := opened(t)
	var ins []*pipeline.Intent
	for i := range 200 {
		ins = append(ins, intent(2+i, fmt.Sprint("A", i), ""))
	}
	begun(t, s, "r1", ins...)
	read := func(name string) []byte {
		content, err := os.ReadFile(name)
		must(t, err)
		return content
	}
	before, wal, key := read(path), read(path+"-wal"), read(path+".key")
	must(t, s.l.Close())
	whole := read(path)
	const page = 4096
	if len(whole) < 8*page || len(wal) == 0 {
		t.Fatalf("%d bytes and a WAL of %d are too few to be cut off", len(whole), len(wal))
	}
	for _, pages := range []int{0, 1, 2, 5, len(whole)/page - 1} {
		for _, readOnly := range []bool{true, false} {
			cut := filepath.Join(t.TempDir(), "muster.db")
			half := append([]byte(nil), whole[:pages*page]...)
			if len(before) > len(half) {
				half = append(half, before[len(half):]...)
			}
			must(t, os.WriteFile(cut, half, 0o600))
			must(t, os.WriteFile(cut+"-wal", wal, 0o600))
			must(t, os.WriteFile(cut+".key", key, 0o600))
			l, err := Open(t.Context(), cut, Options{ReadOnly: readOnly})
			if err != nil {
				t.Errorf("%d pages, read only %v: %v", pages, readOnly, err)
				continue
			}
			if o := outcomes(t, l, "r1"); len(o) != len(ins) {
				t.Errorf("%d pages, read only %v: %d of %d outcomes", pages, readOnly, len(o), len(ins))
			}
			must(t, l.Close())
		}
	}
}
