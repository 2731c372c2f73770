package ledger

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A form reads back as it was written.
func TestFormsAreRead(t *testing.T) {
	p := acme()
	p.Keys[0].Field, p.Keys[0].Normalise = "people[].id", []pipeline.Normaliser{pipeline.Digits}
	p.Same = []pipeline.Same{{Field: "name", Normalise: []pipeline.Normaliser{pipeline.Lower, pipeline.Collapse}},
		{Field: "email", Normalise: []pipeline.Normaliser{pipeline.Collapse}}, {Field: "city"}}
	now := formNow(p)
	want := "email: lower\nname: lower collapse\npeople[].id: digits"
	if now.text() != want {
		t.Errorf("steps %q, want %q", now.text(), want)
	}
	if diff := cmp.Diff(now, readForm(int(now.version), now.text()), cmp.AllowUnexported(form{})); diff != "" {
		t.Error(diff)
	}
	if got := now.comparable(pipeline.Entry{Path: "people[3].id", Value: "9-0"}); got != "90" {
		t.Errorf("an indexed key is compared by %q", got)
	}
}

// Another form of writing, other white space and, where records are compared without case, other capitals neither
// change a customer nor make another one.
func TestFormsAreNoChange(t *testing.T) { forStores(t, testFormsAreNoChange) }

func testFormsAreNoChange(t *testing.T, on rooms) {
	l, _, _ := on.opened(t)
	p := acme()
	p.Same = []pipeline.Same{{Field: "name", Normalise: []pipeline.Normaliser{pipeline.Lower, pipeline.Collapse}}}
	s := ask(l.Space(t.Context(), sandbox, p))(t)
	in := intent(2, "Jose\u0301  A", "a@acme.test")
	in.Entries = append(in.Entries, pipeline.Entry{Path: "name", Value: "CAFÉ PEÑA"},
		pipeline.Entry{Path: "city", Value: "Bogotá"})
	begun(t, s, "r1", in)
	other := intent(3, "José A", "a@acme.test")
	other.Entries = append(other.Entries, pipeline.Entry{Path: "name", Value: "Cafe\u0301  Pen\u0303a"},
		pipeline.Entry{Path: "city", Value: "Bogota\u0301"})
	claim := finds(t, s, "reference", other.Keys[0].Compared(nil))
	if claim == nil || claim.Ref != in.Ref {
		t.Fatalf("the customer is not found: %v", claim)
	}
	if !s.SameBody(claim, other.Entries) || len(ask(s.Differences(t.Context(), in.Ref, other.Entries))(t)) > 0 {
		t.Error("another form is a change")
	}
	other.Entries[3].Value = "BOGOTÁ"
	if got := ask(s.Differences(t.Context(), in.Ref, other.Entries))(t); !slices.Equal(got, []string{"city"}) {
		t.Errorf("differences %q", got)
	}
	// Under a definition that compares differently, existing tags are compared as they were made.
	p = acme()
	s = ask(l.Space(t.Context(), sandbox, p))(t)
	other.Entries[3].Value = "Bogotá"
	claim = finds(t, s, "reference", "José A")
	if !s.SameBody(claim, other.Entries) {
		t.Error("a definition with other steps makes a customer changed")
	}
}

// olderSpace makes a space whose customers an older muster kept: their tags are of the
// texts as they were written.
func olderSpace(t *testing.T, on rooms, ins ...*pipeline.Intent) *Space {
	t.Helper()
	l, s, _ := on.opened(t)
	s.now = keyForm(s.p, pipeline.FormWritten)
	for _, in := range ins {
		for i := range in.Keys {
			k := &in.Keys[i]
			k.Normalised = pipeline.FormWritten.Normalise(s.p.Keys[k.Key].Normalise, k.Value)
		}
	}
	begun(t, s, "r1", ins...)
	must(t, l.write(t.Context(), func(tr *transaction) error {
		_, err := tr.exec("UPDATE customer SET form = 0")
		if err == nil {
			_, err = tr.exec("UPDATE namespace SET oldest_form = 0")
		}
		return err
	}))
	return ask(l.Space(t.Context(), sandbox, acme()))(t)
}

// No customer of an older muster is lost, nor begun again under another form.
func TestOlderCustomersAreFound(t *testing.T) { forStores(t, testOlderCustomersAreFound) }

func testOlderCustomersAreFound(t *testing.T, on rooms) {
	in := intent(2, "Ana  Pen\u0303a", "A@acme.test")
	in.Entries = append(in.Entries, pipeline.Entry{Path: "city", Value: "Bogota\u0301"})
	s := olderSpace(t, on, in)
	now := intent(3, "Ana Peña", "b@acme.test")
	now.Entries = append(now.Entries, pipeline.Entry{Path: "city", Value: "Bogotá"})
	if finds(t, s, "reference", "Ana Peña") != nil {
		t.Fatal("the ledger is not an older one")
	}
	claims := ask(s.Find(t.Context(), s.OlderKeyTags(now.Keys[0])))(t)
	found := slices.IndexFunc(claims, func(c *pipeline.Claim) bool { return c != nil && c.Ref == in.Ref })
	if found < 0 {
		t.Fatal("the customer is not found")
	}
	if got := ask(s.Differences(t.Context(), in.Ref, now.Entries))(t); !slices.Equal(got, []string{"email"}) {
		t.Errorf("differences %q", got)
	}
	if err := wrote(s.Write(t.Context(), "r1", []*pipeline.Intent{now}, nil)); !errors.Is(err, errClaimed) {
		t.Errorf("begun again: %v", err)
	}
	if _, err := s.CustomerOfKey(t.Context(), "Ana Pe\u00f1a"); err != nil {
		t.Errorf("looked up by key: %v", err)
	}
}

// A ledger without older customers needs no older tags.
func TestNoOlderTags(t *testing.T) {
	_, s, _ := opened(t)
	if tags := s.OlderKeyTags(intent(2, "Ana Peña", "").Keys[0]); tags != nil {
		t.Errorf("%d tags", len(tags))
	}
}

// A row that a person accepts for an older customer is kept in the form of today.
func TestAcceptedCustomersAreOfToday(t *testing.T) { forStores(t, testAcceptedCustomersAreOfToday) }

func testAcceptedCustomersAreOfToday(t *testing.T, on rooms) {
	in := intent(2, "Pen\u0303a", "a@acme.test")
	s := olderSpace(t, on, in)
	st := pipeline.Settlement{Outcome: pipeline.Outcome{Ref: in.Ref, Row: 2, State: pipeline.Created, CustomerID: "c-1"}}
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{st})))
	must(t, s.l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	now := intent(2, "Peña", "other@acme.test")
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 2, Run: "r2", Ref: in.Ref, State: pipeline.Changed}}))
	ask(s.Settle(t.Context(), []Verdict{{Ref: in.Ref, Kind: VerdictAccept, Run: "r2", Row: 2, By: "Ana",
		Entries: now.Entries, Keys: now.Keys}}))(t)
	claim := finds(t, s, "reference", "Peña")
	if claim == nil || claim.Ref != in.Ref || !s.SameBody(claim, now.Entries) || claim.Form == 0 {
		t.Errorf("claim %v", claim)
	}
}
