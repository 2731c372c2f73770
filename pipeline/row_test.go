package pipeline

import (
	"testing"

	"pgregory.net/rapid"
)

func TestColumnLetters(t *testing.T) {
	for index, want := range map[int]string{0: "A", 1: "B", 25: "Z", 26: "AA", 27: "AB", 51: "AZ", 52: "BA", 701: "ZZ",
		702: "AAA", 16383: "XFD"} {
		if got := ColumnLetters(index); got != want {
			t.Errorf("%d: %s, want %s", index, got, want)
		}
	}
	for want, at := range map[string][2]int{"A1": {0, 1}, "F17": {5, 17}, "XFD1048576": {16383, 1048576}} {
		if got := CellRef(at[0], at[1]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Letters are numbers in base 26 without a zero.
func TestColumnLettersCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		index := rapid.IntRange(0, 1<<31-1).Draw(rt, "index")
		n := 0
		for _, c := range ColumnLetters(index) {
			if c < 'A' || c > 'Z' {
				rt.Fatalf("%d: %s", index, ColumnLetters(index))
			}
			n = n*26 + int(c-'A') + 1
		}
		if n-1 != index {
			rt.Fatalf("%d: %s, which is %d", index, ColumnLetters(index), n-1)
		}
	})
}

// A reused draft has nothing of the row before, and keeps its memory.
func TestDraftReset(t *testing.T) {
	d := Draft{Row: 7, Shape: "business", Name: "Ana", Entries: make([]Entry, 3, 8), Keys: make([]KeyValue, 2, 8),
		Body: []byte(`{"a":1}`), Problems: make([]Problem, 1, 8)}
	d.Reset(8)
	if d.Row != 8 || d.Shape != "" || d.Name != "" || len(d.Entries)+len(d.Keys)+len(d.Body)+len(d.Problems) != 0 {
		t.Errorf("%+v", d)
	}
	if cap(d.Entries) != 8 || cap(d.Keys) != 8 || cap(d.Problems) != 8 || cap(d.Body) == 0 {
		t.Errorf("the memory is gone: %d %d %d %d", cap(d.Entries), cap(d.Keys), cap(d.Problems), cap(d.Body))
	}
}
