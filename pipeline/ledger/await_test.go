package ledger

import (
	"bytes"
	"os"
	"testing"

	"muster/pipeline"
)

// TestWhereToAskIsKept: the handle by which a provider is asked about a request that it accepted is there in the next
// run, sealed as the request is. A later handle replaces an earlier one, and both are deleted when the request is
// settled.
func TestWhereToAskIsKept(t *testing.T) { forStores(t, testWhereToAskIsKept) }

func testWhereToAskIsKept(t *testing.T, on rooms) {
	l, s, at := on.opened(t)
	in, other := intent(2, "A", "a@acme.test"), intent(3, "B", "")
	begun(t, s, "r1", in, other)
	for _, await := range []string{"/v1/jobs/made-up-job-0", "/v1/jobs/made-up-job-1?x=y"} {
		st := settlement(in, pipeline.Uncertain)
		st.Await = await
		must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
	}
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Uncertain)})))
	must(t, l.read(t.Context(), func(tx *transaction) error {
		n := 0
		return tx.each("SELECT request FROM sealed", nil, func(rows *cursor) error {
			var request []byte
			if err := rows.Scan(&request); err != nil {
				return err
			}
			if n++; bytes.Contains(request, []byte("made-up-job")) {
				t.Errorf("request %d says where to ask", n)
			}
			return nil
		})
	}))
	must(t, l.Close())
	if !IsAddress(at.name) {
		for _, name := range []string{at.name, at.name + "-wal"} {
			if raw, err := os.ReadFile(name); err == nil && bytes.Contains(raw, []byte("made-up-job")) {
				t.Errorf("%s says where to ask", name)
			}
		}
	}
	l = at.open(t)
	s = space(t, l)
	var got []pipeline.Intent
	for sealed, err := range s.Sealed(t.Context()) {
		must(t, err)
		got = append(got, sealed)
	}
	if len(got) != 2 || got[0].Await != "/v1/jobs/made-up-job-1?x=y" || got[1].Await != "" ||
		!bytes.Equal(got[0].Body, in.Body) || len(got[0].Keys) != len(in.Keys) || got[0].Name != in.Name ||
		got[0].Shape != in.Shape {
		t.Errorf("sealed: %+v", got)
	}
	r, ok, err := s.RequestsAhead().Request(t.Context(), in.Ref)
	if err != nil || !ok || r.Name != in.Name || len(r.Keys) != len(in.Keys) {
		t.Errorf("the request: %+v, %v", r, err)
	}
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
	count(t, s.Unsettled, 1, "unsettled")
}
