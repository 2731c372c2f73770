package importer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// The leaves of a sealed request are the entries that were sent: numbers as they were spelt, arrays with their
// indexes, nothing for null.
func TestEntriesOfARequest(t *testing.T) {
	got, err := EntriesOf([]byte(`{"tax":900000001234567,"limit":1.50,"open":true,"gone":null,
		"customer":{"name":"Ana"},"phones":[{"no":"1"},{"no":"2"}],"empty":{}}`))
	want := []pipeline.Entry{{Path: "customer.name", Value: "Ana"}, {Path: "limit", Value: "1.50"},
		{Path: "open", Value: "true"},
		{Path: "phones[0].no", Value: "1"}, {Path: "phones[1].no", Value: "2"}, {Path: "tax", Value: "900000001234567"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func FuzzEntriesOf(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,{"b":null}]}`, `[]`, `"x"`, `{"a":1}{}`, `{"a":`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		entries, err := EntriesOf(body)
		if (err == nil) != json.Valid(body) {
			t.Fatalf("error %v, valid %v", err, json.Valid(body))
		}
		if !slices.IsSortedFunc(entries, func(a, b pipeline.Entry) int { return strings.Compare(a.Path, b.Path) }) {
			t.Errorf("%v", entries)
		}
	})
}
