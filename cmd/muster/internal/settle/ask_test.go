package settle

import (
	"context"
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

// A look-up without a result proves something only if look-ups find a customer that the provider is known to have.
func TestABlindLookUp(t *testing.T) {
	for _, c := range []struct {
		name  string
		known string
		has   map[string]bool
		anyID bool
		blind bool
		asked int
	}{
		{"it finds a customer that is known", "cus-1", map[string]bool{"cus-1": true}, false, false, 1},
		{"it finds nobody", "cus-1", nil, false, true, 1},
		{"nobody is known", "", nil, false, false, 0},
		{"a person insists", "cus-1", map[string]bool{"cus-1": true}, true, true, 0},
	} {
		asked := 0
		s := settler{known: c.known, to: Job{AnyID: c.anyID, Directory: Directory{
			Ask: func(_ context.Context, id string) (found []pipeline.Found, _ error) {
				if asked++; c.has[id] {
					found = append(found, pipeline.Found{ID: id})
				}
				return found, nil
			}}}}
		for range 2 {
			if blind := s.blind(t.Context()); (blind != nil) != c.blind {
				t.Errorf("%s: %v", c.name, blind)
			}
		}
		if asked != c.asked {
			t.Errorf("%s: asked %d times", c.name, asked)
		}
	}
}
