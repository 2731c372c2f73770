package importer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline/importer"
)

// A spreadsheet program that drops leading zeros makes another customer of a row; the check says so.
func TestKeysThatDifferInZeros(t *testing.T) {
	ref := func(n int, reference string) line { return person(n).with(0, reference) }
	for _, tt := range []struct {
		name         string
		known, lines []line
		want         importer.Zeros
	}{
		{"the zeros come first", nil, []line{ref(1, "0012"), person(2), ref(3, "12")},
			importer.Zeros{Count: 1, Row: 5, Other: 3}},
		{"the zeros come last", nil, []line{ref(1, "12"), person(2), ref(3, "0012")},
			importer.Zeros{Count: 1, Row: 5, Other: 3}},
		{"both have zeros", nil, []line{ref(1, "012"), ref(2, "0012"), ref(3, "12")},
			importer.Zeros{Count: 2, Row: 4, Other: 3}},
		{"the values differ", nil, []line{ref(1, "0012"), ref(2, "120"), ref(3, "0120"), ref(4, "0"), ref(5, "00")},
			importer.Zeros{Count: 1, Row: 5, Other: 4}},
		{"letters", nil, []line{ref(1, "0a"), ref(2, "a"), ref(3, "00A")}, importer.Zeros{}},
		{"one key of two", nil, []line{person(1).with(1, "00-77"), person(2).with(1, "7-7")},
			importer.Zeros{Count: 1, Row: 4, Other: 3, Key: keyTax}},
		{"an invalid row", nil, []line{ref(1, "0012").broken(), ref(2, "12")}, importer.Zeros{}},
		{"a duplicate by another key", nil, []line{ref(1, "0012"), ref(1, "12")}, importer.Zeros{}},
		{"both are known", []line{ref(1, "0012"), ref(2, "12")}, []line{ref(1, "0012"), ref(2, "12")}, importer.Zeros{}},
		{"the ledger has the zeros", []line{ref(1, "0012")}, []line{ref(2, "12")}, importer.Zeros{Known: []int{3}}},
		{"the ledger has none", []line{ref(1, "12")}, []line{ref(2, "0012")}, importer.Zeros{Known: []int{3}}},
	} {
		w := newWorld()
		if tt.known != nil {
			w.imports(t, tt.known)
		}
		if diff := cmp.Diff(tt.want, w.imports(t, tt.lines).plan.Zeros); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
}
