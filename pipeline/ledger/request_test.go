package ledger

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestRequests: an open request comes with what was sent, by which run, and its last answer; a run does not get the
// requests that it met itself.
func TestRequests(t *testing.T) { forStores(t, testRequests) }

func testRequests(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	list := func(besides string) map[int]Request {
		t.Helper()
		all := map[int]Request{}
		for r, err := range s.Requests(t.Context(), besides) {
			must(t, err)
			all[r.Row] = r
		}
		return all
	}
	late := settlement(rows[3], pipeline.Uncertain)
	late.Attempts[0] = pipeline.Attempt{Sent: noon.Add(time.Minute), Ended: noon.Add(2 * time.Minute),
		Verdict: pipeline.VerdictUnknown, HTTPStatus: 503, Code: "down", Message: said("later"), RequestID: "req-9"}
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{late})))
	third := Request{Outcome: pipeline.Outcome{Ref: rows[3].Ref, Run: "r1", Row: 3, State: pipeline.Uncertain,
		At: noon.Add(time.Minute), Attempts: 2,
		HTTPStatus: 503, Code: "down", Message: said("later"), RequestID: "req-9"}, Name: rows[3].Name,
		Keys: rows[3].Keys}
	sixth := Request{Outcome: pipeline.Outcome{Ref: rows[6].Ref, Run: "r1", Row: 6, State: pipeline.Uncertain,
		At: noon}, Name: rows[6].Name, Keys: rows[6].Keys}
	for besides, want := range map[string]map[int]Request{"": {3: third, 6: sixth}, "r1": {}, "r2": {6: sixth}} {
		if d := cmp.Diff(want, list(besides)); d != "" {
			t.Errorf("besides %q: %s", besides, d)
		}
	}
	ahead := s.RequestsAhead()
	for _, row := range []int{6, 3, 2, 6} { // the second one's customer is created
		r, ok, err := ahead.Request(t.Context(), rows[row].Ref)
		want, there := map[int]Request{3: third, 6: sixth}[row]
		if err != nil || ok != there || !cmp.Equal(r, want) {
			t.Errorf("%d: %+v, %v, %v", row, r, ok, err)
		}
	}
	// More requests than one read returns, while the ledger is written.
	var many []*pipeline.Intent
	for row := 100; row < 300; row++ {
		many = append(many, intent(row, time.Duration(row).String(), ""))
	}
	begun(t, s, "r1", many...)
	met := 0
	for r, err := range s.Requests(t.Context(), "") {
		must(t, err)
		if met++; r.Row >= 100 {
			in := many[r.Row-100]
			must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
		}
	}
	if met != 202 || len(list("")) != 2 {
		t.Errorf("met %d, %d are left", met, len(list("")))
	}
	must(t, l.Close())
}
