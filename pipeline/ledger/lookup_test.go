package ledger

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// faultOf is the fault of a look-up's error.
func faultOf(t testing.TB, err error) LookupFault {
	t.Helper()
	var f *LookupError
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &f):
		t.Fatal(err)
	case f.Error() == "" || strings.Contains(f.Error(), "REF-"):
		t.Errorf("it says %q", f)
	}
	return f.Fault
}

func TestCustomerOfRow(t *testing.T) { forStores(t, testCustomerOfRow) }

func testCustomerOfRow(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 20, State: pipeline.Invalid}}))
	must(t, s.Join(t.Context(), "r2", []pipeline.Member{{Row: 15, Head: 14}}))
	for _, tt := range []struct {
		name string
		run  string
		row  int
		key  string
		ref  int64
		head int
		want LookupFault
	}{
		{"its own run", "r1", 2, "", rows[2].Ref, 2, ""},
		{"another run that met it", "r2", 12, "", rows[2].Ref, 12, ""},
		{"a further row of the customer", "r2", 15, "", rows[4].Ref, 14, ""},
		{"with its key", "r1", 3, "REF-3", rows[3].Ref, 3, ""},
		{"with its other key, spelled otherwise", "r1", 3, " ROW3@Acme.test ", rows[3].Ref, 3, ""},
		{"with a key that it gave back", "r1", 5, "REF-5", rows[5].Ref, 5, ""},
		{"with another's key", "r1", 3, "REF-4", 0, 0, LookupOtherKey},
		{"with nobody's key", "r1", 3, "REF-99", 0, 0, LookupOtherKey},
		{"a row that was never sent", "r1", 99, "", 0, 0, LookupNoRow},
		{"a row of which nothing was sent", "r2", 20, "", 0, 0, LookupNotSent},
	} {
		o, err := s.CustomerOfRow(t.Context(), tt.run, tt.row, tt.key)
		if fault := faultOf(t, err); fault != tt.want || o.Ref != tt.ref || o.Row != tt.head {
			t.Errorf("%s: %+v, %q", tt.name, o, fault)
		}
	}
	if _, err := s.CustomerOfRow(t.Context(), "nowhere", 2, ""); !isA[*NoRunError](err) {
		t.Errorf("a run that is not there: %v", err)
	}
	must(t, l.Close())
	if _, err := s.CustomerOfRow(t.Context(), "r1", 2, ""); err == nil || isA[*LookupError](err) {
		t.Errorf("of a closed ledger: %v", err)
	}
}

func TestCustomerOfKey(t *testing.T) { forStores(t, testCustomerOfKey) }

func testCustomerOfKey(t *testing.T, on rooms) {
	_, s, rows := disputed(t, on)
	// The merchant of row 5 was refused earlier, and is enrolled now.
	again := intent(30, "REF-5", "row5@acme.test")
	begun(t, s, "r2", again)
	must(t, wrote(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{settlement(again, pipeline.Created)})))
	// A reference that is another customer's e-mail.
	odd := intent(31, "row2@acme.test", "row31@acme.test")
	begun(t, s, "r2", odd)
	for _, tt := range []struct {
		name, key string
		ref       int64
		state     pipeline.State
		want      LookupFault
	}{
		{"created", "REF-2", rows[2].Ref, pipeline.Created, ""},
		{"by another key, spelled otherwise", "ROW4@acme.test ", rows[4].Ref, pipeline.Existing, ""},
		{"uncertain", "REF-6", rows[6].Ref, pipeline.Uncertain, ""},
		{"the live one before the refused", "REF-5", again.Ref, pipeline.Created, ""},
		{"one that made no claim", "REF-7", rows[7].Ref, "", ""},
		{"nobody's", "REF-99", 0, "", LookupNoKey},
		{"nothing", " ", 0, "", LookupNoKey},
		{"of two customers", "row2@acme.test", 0, "", LookupSeveral},
	} {
		o, err := s.CustomerOfKey(t.Context(), tt.key)
		if fault := faultOf(t, err); fault != tt.want || o.Ref != tt.ref || o.State != tt.state {
			t.Errorf("%s: %+v, %q", tt.name, o, fault)
		}
	}
}

func TestRunsAndNamespaces(t *testing.T) { forStores(t, testRunsAndNamespaces) }

func testRunsAndNamespaces(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	if diff := cmp.Diff([]pipeline.Namespace{sandbox}, ask(l.Namespaces(t.Context()))(t)); diff != "" {
		t.Error(diff)
	}
	elsewhere := pipeline.Namespace{Provider: "acme", Env: "production", Account: "b"}
	if _, err := l.Space(t.Context(), pipeline.Namespace{Provider: "acme", Env: "local"}, acme()); err != nil {
		t.Fatal(err) // it has no run
	}
	for i, n := range []pipeline.Namespace{elsewhere, sandbox} {
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: []string{"r22", "r23"}[i], Namespace: n,
			Started: noon.Add(time.Hour)}))
	}
	if diff := cmp.Diff([]pipeline.Namespace{sandbox, elsewhere}, ask(l.Namespaces(t.Context()))(t)); diff != "" {
		t.Error(diff)
	}
	for id, want := range map[string]LookupFault{"r1": "", "r23": "", "r22": LookupElsewhere, "r2": LookupNoRun,
		"": LookupNoRun} {
		run, err := s.Run(t.Context(), id)
		if fault := faultOf(t, err); fault != want || want == "" && run.ID != id {
			t.Errorf("%q: run %q, %q", id, run.ID, fault)
		}
	}
	var f *LookupError
	if _, err := s.Run(t.Context(), "r22"); !errors.As(err, &f) || f.Namespace != elsewhere {
		t.Errorf("it is of %+v", f)
	}
}
