package importer_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func values(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// A customer that the provider says exists is the row's only when the record that is found agrees with the row
// (promise 5).
func TestWhatExistsAlready(t *testing.T) {
	byReference := pipeline.LookUp{Name: "by-reference", Key: "reference"}
	byTax := pipeline.LookUp{Name: "by-tax", Key: "tax"}
	byID := pipeline.LookUp{Name: "by-ID"}
	agrees := values("name", " trader   1", "city", "Cali")
	ours := pipeline.Found{ID: "old-1", ProviderStatus: "ACTIVE", CreatedAt: "2020-02-02", Values: agrees,
		Related: []pipeline.RelatedID{{Name: "part", ID: "p-1"}}}
	other := pipeline.Found{ID: "old-1", Values: values("name", "Somebody Else", "city", "Cali")}
	cases := []struct {
		name    string
		lookUps []pipeline.LookUp
		foundID bool
		keys    []string // that clash, as the answer says
		row     line
		pattern string // of all IDs
		found   []pipeline.Found
		err     error

		state  pipeline.State
		id     string
		says   []string
		asked  string // the look-up and its value
		lookUp int    // how many
	}{
		{name: "the record agrees", lookUps: []pipeline.LookUp{byReference}, found: []pipeline.Found{ours},
			state: pipeline.Existing, id: "old-1", says: []string{"outcome.existed"}, asked: "by-reference R1",
			lookUp: 1},
		{name: "the record agrees in another form", lookUps: []pipeline.LookUp{byReference},
			found: []pipeline.Found{{ID: "old-1", Values: values("name", "TRADER\u00a01", "city", "C\u200bali\u00ad")}},
			state: pipeline.Existing, id: "old-1", says: []string{"outcome.existed"}, asked: "by-reference R1",
			lookUp: 1},
		{name: "found by the ID that the answer names", lookUps: []pipeline.LookUp{byReference, byID}, foundID: true,
			found: []pipeline.Found{ours}, state: pipeline.Existing, id: "old-1", asked: "by-ID old-1", lookUp: 1},
		{name: "no look-up by ID", lookUps: []pipeline.LookUp{byReference}, foundID: true,
			found: []pipeline.Found{ours}, state: pipeline.Existing, id: "old-1", asked: "by-reference R1", lookUp: 1},
		{name: "no ID to look up", lookUps: []pipeline.LookUp{byID, byTax}, found: []pipeline.Found{ours},
			state: pipeline.Existing, id: "old-1", asked: "by-tax 9-0001", lookUp: 1},
		{name: "found by the key that the answer names", lookUps: []pipeline.LookUp{byReference, byTax},
			keys: []string{"tax"}, found: []pipeline.Found{ours},
			state: pipeline.Existing, id: "old-1", asked: "by-tax 9-0001", lookUp: 1},
		{name: "another name", lookUps: []pipeline.LookUp{byReference}, found: []pipeline.Found{other},
			state: pipeline.Rejected, says: []string{`id="old-1" fields=[name]`, "exists said"},
			asked: "by-reference R1", lookUp: 1},
		{name: "another name, by the ID of the answer", lookUps: []pipeline.LookUp{byID}, foundID: true,
			found: []pipeline.Found{other},
			state: pipeline.Rejected, says: []string{`id="old-1" fields=[name]`}, asked: "by-ID old-1", lookUp: 1},
		{name: "another city", lookUps: []pipeline.LookUp{byReference},
			found: []pipeline.Found{{ID: "old-1", Values: values("name", "Trader 1", "city", "Pasto")}},
			state: pipeline.Rejected, says: []string{`id="old-1" fields=[city]`}, asked: "by-reference R1", lookUp: 1},
		{name: "the record need not have a city", lookUps: []pipeline.LookUp{byReference},
			found: []pipeline.Found{{ID: "old-1", Values: values("name", "TRADER 1")}},
			state: pipeline.Existing, id: "old-1", asked: "by-reference R1", lookUp: 1},
		{name: "it must have a name", lookUps: []pipeline.LookUp{byReference},
			found: []pipeline.Found{{ID: "old-1", Values: values("city", "Cali")}},
			state: pipeline.Rejected, says: []string{"fields=[name]"}, asked: "by-reference R1", lookUp: 1},
		{name: "the row has no city", lookUps: []pipeline.LookUp{byReference}, row: person(1).with(3, ""),
			found: []pipeline.Found{ours}, state: pipeline.Existing, id: "old-1", asked: "by-reference R1", lookUp: 1},
		{name: "nothing to compare agrees with nobody", lookUps: []pipeline.LookUp{byReference},
			row: person(1).with(2, ""), found: []pipeline.Found{{ID: "old-1"}},
			state: pipeline.Rejected, says: []string{"outcome.not_comparable"},
			asked: "by-reference R1", lookUp: 1},
		{name: "one of two agrees", lookUps: []pipeline.LookUp{byReference},
			found: []pipeline.Found{{ID: "old-2", Values: other.Values}, ours},
			state: pipeline.Existing, id: "old-1", asked: "by-reference R1", lookUp: 1},
		{name: "the same record twice", lookUps: []pipeline.LookUp{byReference}, found: []pipeline.Found{ours, ours},
			state: pipeline.Existing, id: "old-1", asked: "by-reference R1", lookUp: 1},
		{name: "two agree, and it is not guessed", lookUps: []pipeline.LookUp{byReference},
			found: []pipeline.Found{ours, {ID: "old-2", Values: agrees}},
			state: pipeline.Rejected, says: []string{"outcome.several_records", "old-1 old-2"},
			asked: "by-reference R1", lookUp: 1},
		{name: "none is found", lookUps: []pipeline.LookUp{byReference}, found: []pipeline.Found{},
			state: pipeline.Rejected, says: []string{"outcome.exists_not_found"}, asked: "by-reference R1", lookUp: 1},
		{name: "the look-up fails", lookUps: []pipeline.LookUp{byReference}, err: errNoLookUp,
			state: pipeline.Pending, says: []string{"outcome.record_unread", "no look-up"},
			asked: "by-reference R1", lookUp: 3},
		{name: "its ID has the promised form", lookUps: []pipeline.LookUp{byReference}, pattern: `\Aold-[0-9]\z`,
			found: []pipeline.Found{ours}, state: pipeline.Existing, id: "old-1", asked: "by-reference R1", lookUp: 1},
		{name: "its ID has another form", lookUps: []pipeline.LookUp{byReference}, pattern: `\Acus_`,
			found: []pipeline.Found{ours}, state: pipeline.Existing, says: []string{"outcome.record_id_form", "old-1"},
			asked: "by-reference R1", lookUp: 1},
		{name: "no look-up", state: pipeline.Existing, says: []string{"outcome.exists_without_id", "exists said"}},
		{name: "an ID and no way to look it up", foundID: true, state: pipeline.Existing,
			says: []string{"outcome.exists_without_id"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.definition.LookUps = c.lookUps
			w.definition.Record.IDPattern = regexp.MustCompile(c.pattern)
			w.provider.has(person(1))
			w.provider.foundID, w.provider.existsKeys = c.foundID, c.keys
			w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) { return c.found, c.err }
			row := c.row
			if row == (line{}) {
				row = person(1)
			}
			j := w.imports(t, []line{row, person(2)})
			r := j.results[0]
			if r.State != c.state || r.CustomerID != c.id || j.results[1].State != pipeline.Created || j.err != nil {
				t.Fatalf("%s %q: %q, then %s, error %v", r.State, r.CustomerID, r.Message, j.results[1].State, j.err)
			}
			for _, s := range c.says {
				if !strings.Contains(r.Message.String(), s) {
					t.Errorf("message %q does not say %q", r.Message, s)
				}
			}
			if c.id == "" && (r.ProviderStatus != "" || r.ProviderCreatedAt != "" || len(r.Related) != 0) {
				t.Errorf("nobody's record is shown: %+v", r)
			}
			if c.id != "" && len(c.found) == 1 {
				f := c.found[0]
				if diff := cmp.Diff([]any{f.ProviderStatus, f.CreatedAt, f.Related},
					[]any{r.ProviderStatus, r.ProviderCreatedAt, r.Related}); diff != "" {
					t.Errorf("record (-found +result):\n%s", diff)
				}
			}
			if r.HTTPStatus != 409 || r.Code != "exists" || r.Attempts != 1 {
				t.Errorf("the provider's own words: HTTP %d, code %q, %d attempts", r.HTTPStatus, r.Code, r.Attempts)
			}
			if len(w.provider.lookUps) != c.lookUp || c.asked != "" && slices.ContainsFunc(w.provider.lookUps,
				func(s string) bool { return s != c.asked }) {
				t.Errorf("look-ups %q, want %d of %q", w.provider.lookUps, c.lookUp, c.asked)
			}

			// An existing row is a claim; the others are judged again.
			before := w.provider.calls()
			again := w.imports(t, []line{row, person(2)})
			sent, state := 1, c.state
			if c.state == pipeline.Existing {
				if sent = 0; c.id != "" {
					state = pipeline.Known
				}
			}
			if got := again.results[0]; got.State != state || got.CustomerID != c.id ||
				w.provider.calls()-before != sent {
				t.Errorf("the second run: %s %q after %d requests, want %s after %d", got.State, got.CustomerID,
					w.provider.calls()-before, state, sent)
			}
		})
	}
}

// A look-up that fails once is tried again.
func TestALookUpIsTriedAgain(t *testing.T) {
	w := newWorld()
	w.definition.LookUps = []pipeline.LookUp{{Name: "by-reference", Key: "reference"}}
	w.provider.has(person(1))
	failures := 2
	w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
		if failures--; failures >= 0 {
			return nil, errors.New("timed out")
		}
		return []pipeline.Found{{ID: "old-1", Values: values("name", "trader 1")}}, nil
	}
	if j := w.imports(t, []line{person(1)}); j.results[0].State != pipeline.Existing ||
		j.results[0].CustomerID != "old-1" {
		t.Errorf("%s: %q", j.results[0].State, j.results[0].Message)
	}
}
