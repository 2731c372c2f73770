package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"muster/pipeline"
)

// TestCheckpointCutOff: a disk that fills up during a checkpoint leaves any part of the WAL in the database, and the
// whole WAL beside it. Nothing that was acknowledged is lost, and the error is not that the ledger is damaged.
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

// TestTornWAL: a WAL that was cut off in the middle of a commit keeps every earlier commit, and all or nothing of
// that one.
func TestTornWAL(t *testing.T) {
	_, s, path := opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	read := func(name string) []byte {
		content, err := os.ReadFile(name)
		must(t, err)
		return content
	}
	acknowledged := len(read(path + "-wal"))
	var more []*pipeline.Intent
	for i := range 40 {
		more = append(more, intent(10+i, fmt.Sprint("B", i), ""))
	}
	begun(t, s, "r1", more...)
	db, wal, key := read(path), read(path+"-wal"), read(path+".key")
	if len(wal) <= acknowledged {
		t.Fatalf("the WAL did not grow from %d bytes", acknowledged)
	}
	for cut := acknowledged; cut <= len(wal); cut += max(1, (len(wal)-acknowledged)/23) {
		torn := filepath.Join(t.TempDir(), "muster.db")
		must(t, os.WriteFile(torn, db, 0o600))
		must(t, os.WriteFile(torn+"-wal", wal[:cut], 0o600))
		must(t, os.WriteFile(torn+".key", key, 0o600))
		l, err := Open(t.Context(), torn, Options{})
		if err != nil {
			t.Errorf("torn off at %d of %d: %v", cut, len(wal), err)
			continue
		}
		if o := outcomes(t, l, "r1"); o[2].State != pipeline.Uncertain || len(o) != 1 && len(o) != 1+len(more) {
			t.Errorf("torn off at %d of %d: %d outcomes, row 2 is %q", cut, len(wal), len(o), o[2].State)
		}
		must(t, l.Close())
	}
}
