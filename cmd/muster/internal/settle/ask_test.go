package settle

import (
	"errors"
	"slices"
	"testing"

	"muster/pipeline"
	"muster/pipeline/submit"
)

func TestRecordsAgree(t *testing.T) {
	p := &pipeline.Provider{
		Keys: []pipeline.Key{{Name: "nit", Field: "nit", Normalise: []pipeline.Normaliser{pipeline.Digits}},
			{Name: "ref", Field: "ref"}},
		Same: []pipeline.Same{{Field: "name", Normalise: []pipeline.Normaliser{pipeline.Lower}}, {Field: "type"}},
	}
	in := &pipeline.Intent{
		Keys: []pipeline.KeyValue{{Key: 0, Value: "999000111", Normalised: "999000111"},
			{Key: 1, Value: "R-1", Normalised: "R-1"}},
		Entries: []pipeline.Entry{{Path: "nit", Value: "999000111"}, {Path: "name", Value: "Acme"}},
	}
	for _, c := range []struct {
		name   string
		values map[string]string
		agrees bool
		differ []string
	}{
		{"the key", map[string]string{"nit": "999000111"}, true, nil},
		{"the key with its check digit", map[string]string{"nit": "999.000.111-8"}, true, nil},
		{"the key, and a name without accents", map[string]string{"nit": "999000111", "name": "ACME SA"}, true, nil},
		{"another key", map[string]string{"nit": "999000122", "name": "Acme"}, false, []string{"nit"}},
		{"one key of two", map[string]string{"nit": "999000111", "ref": "R-2"}, true, []string{"ref"}},
		{"a masked key, and the name", map[string]string{"nit": "*****0111", "name": "acme"}, true, nil},
		{"a masked key, and another name", map[string]string{"nit": "*****0122", "name": "Casa"}, false,
			[]string{"name"}},
		{"a field that the row has not", map[string]string{"type": "business"}, false, nil},
		{"nothing", nil, false, nil},
	} {
		got := compared(p, in, &pipeline.Found{Values: c.values})
		if got.agrees != c.agrees || !slices.Equal(got.differ, c.differ) {
			t.Errorf("%s: %+v, want %t and %v", c.name, got, c.agrees, c.differ)
		}
	}
}

func TestSpellingsOfAKey(t *testing.T) {
	for key, want := range map[string]string{"999.000.111-8": "999000111", "0042": "42", "Ref-9": "Ref-9"} {
		if got := spellings(key); !slices.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", key, got, want)
		}
	}
}

// A look-up that fails for every ID is not tried for each.
func TestOfOneID(t *testing.T) {
	for status, want := range map[int]bool{0: false, 200: true, 400: true, 401: false, 403: false, 404: true, 429: false,
		500: false, 503: false} {
		if got := ofOneID(&submit.LookUpError{Status: status}); got != want {
			t.Errorf("HTTP %d: %t", status, got)
		}
	}
	if ofOneID(errors.New("no credentials")) {
		t.Error("an error without an answer is of every ID")
	}
}
