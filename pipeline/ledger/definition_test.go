package ledger

import (
	"slices"
	"testing"

	"muster/pipeline"
)

// wider is an overlay of acme with one more field, and one field of another name.
func wider() *pipeline.Provider {
	p := acme()
	p.Base, p.Name, p.Digest = acme(), "acme-wide", "wide"
	p.Create = pipeline.Call{Method: "POST", Path: "/link"}
	p.Fields = append(p.Fields[:5:5], pipeline.Field{Path: "town"}, pipeline.Field{Path: "code"},
		pipeline.Field{Path: "people[].code"})
	return p
}

// data are the entries of a row: acme's fields, then the others.
func data(more ...string) []pipeline.Entry {
	entries := []pipeline.Entry{{Path: "reference", Value: "A"}, {Path: "people[0].first", Value: "Ana"}}
	for i := 0; i < len(more); i += 2 {
		entries = append(entries, pipeline.Entry{Path: more[i], Value: more[i+1]})
	}
	return entries
}

// TestFieldsOfOneDefinitionOnly: a field that only one of two definitions of a namespace has makes no customer
// changed, whichever of them sent it; a field that both have does.
func TestFieldsOfOneDefinitionOnly(t *testing.T) { forStores(t, testFieldsOfOneDefinitionOnly) }

func testFieldsOfOneDefinitionOnly(t *testing.T, on rooms) {
	for _, c := range []struct {
		name      string
		by, now   *pipeline.Provider
		was, is   []pipeline.Entry
		differ    []string
		unwritten bool // by an older muster, which kept no definitions
	}{
		{"the same", acme(), wider(), data(), data(), nil, false},
		{"new fields", acme(), wider(), data(), data("code", "7", "people[0].code", "8"), nil, false},
		{"new fields, and another value", acme(), wider(), data("name", "X"), data("name", "Y", "code", "7"),
			[]string{"name"}, false},
		{"new fields, and one that both have is new", acme(), wider(), data(), data("name", "Y", "code", "7"),
			[]string{"name"}, false},
		{"new fields, and one that both have is gone", acme(), wider(), data("name", "X"), data("code", "7"),
			[]string{"name"}, false},
		{"another name", acme(), wider(), data("city", "Cali"), data("town", "Cali"), nil, false},
		{"another name and another value", acme(), wider(), data("city", "Cali"), data("town", "Pasto"), nil, false},
		{"back at the base", wider(), acme(), data("code", "7", "town", "Cali"), data("city", "Cali"), nil, false},
		{"back at the base with another value", wider(), acme(), data("code", "7"), data("name", "Y"), []string{"name"},
			false},
		{"the overlay's own field is new", wider(), wider(), data(), data("code", "7"), []string{"code"}, false},
		{"the overlay's own field is another", wider(), wider(), data("code", "6"), data("code", "7"), []string{"code"},
			false},
		{"of an older muster", acme(), wider(), data("city", "Cali"), data("code", "7"), nil, true},
		{"of an older muster, another value", acme(), wider(), data("name", "X"), data("name", "Y", "code", "7"),
			[]string{"name"}, true},
		{"of an older muster, without an overlay", acme(), acme(), data("city", "Cali"), data("town", "Cali"),
			[]string{"city", "town"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := on(t)
			l := at.open(t)
			s := ask(l.Space(t.Context(), sandbox, c.by))(t)
			must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon, Digest: c.by.Digest,
				Definition: c.by.Name}))
			if c.unwritten {
				must(t, l.write(t.Context(), func(tr *transaction) error {
					_, err := tr.exec("UPDATE run SET definition = NULL")
					return err
				}))
			}
			in := intent(2, "A", "")
			in.Entries = c.was
			begun(t, s, "r1", in)
			must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))

			s = ask(l.Space(t.Context(), sandbox, c.now))(t)
			claim := finds(t, s, "reference", "A")
			if claim == nil {
				t.Fatal("unknown")
			}
			if same := s.SameBody(claim, c.is); same && len(c.differ) > 0 {
				t.Error("SameBody finds no difference")
			}
			if got := ask(s.Differences(t.Context(), claim.Ref, c.is))(t); !slices.Equal(got, c.differ) {
				t.Errorf("differ %q, want %q", got, c.differ)
			}
			// A ledger that is opened for reading only may not know the definition yet.
			must(t, l.write(t.Context(), func(tr *transaction) error {
				_, err := tr.exec("UPDATE definition SET digest = digest || ' of long ago'")
				return err
			}))
			s = readOnly(t, at, c.now)
			if got := ask(s.Differences(t.Context(), claim.Ref, c.is))(t); !slices.Equal(got, c.differ) {
				t.Errorf("to a reader differ %q, want %q", got, c.differ)
			}
		})
	}
}

// readOnly is a space of the ledger, opened for reading only.
func readOnly(t *testing.T, at spot, p *pipeline.Provider) *Space {
	t.Helper()
	l := ask(at.with(t, Options{ReadOnly: true, Now: clock}))(t)
	return ask(l.Space(t.Context(), sandbox, p))(t)
}

// TestWhatWasAcceptedUnderAnOverlay: when a person accepted other data for a customer under an overlay, the base does
// not report the overlay's fields as missing.
func TestWhatWasAcceptedUnderAnOverlay(t *testing.T) { forStores(t, testWhatWasAcceptedUnderAnOverlay) }

func testWhatWasAcceptedUnderAnOverlay(t *testing.T, on rooms) {
	l := on(t).open(t)
	base := ask(l.Space(t.Context(), sandbox, acme()))(t)
	s := ask(l.Space(t.Context(), sandbox, wider()))(t)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	in := intent(2, "A", "")
	in.Entries = data("code", "7")
	begun(t, s, "r1", in)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
	for _, c := range []struct {
		s      *Space
		is     []pipeline.Entry
		differ []string
	}{{base, data(), nil}, {base, data("name", "Y"), []string{"name"}}, {s, data("code", "7"), nil},
		{s, data("code", "8"), []string{"code"}}} {
		claim := finds(t, c.s, "reference", "A")
		if got := ask(c.s.Differences(t.Context(), claim.Ref, c.is))(t); !slices.Equal(got, c.differ) {
			t.Errorf("%v: differ %q, want %q", c.is, got, c.differ)
		}
	}
}

// TestNewFieldsNeedOneTag: a row that only has more fields than its customer is compared without reading the tag of
// any field.
func TestNewFieldsNeedOneTag(t *testing.T) { forStores(t, testNewFieldsNeedOneTag) }

func testNewFieldsNeedOneTag(t *testing.T, on rooms) {
	l := on(t).open(t)
	s := ask(l.Space(t.Context(), sandbox, acme()))(t)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	in := intent(2, "A", "")
	in.Entries = data("city", "Cali")
	begun(t, s, "r1", in)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
	wide := wider()
	wide.Fields = append(wide.Fields, pipeline.Field{Path: "city"})
	s = ask(l.Space(t.Context(), sandbox, wide))(t)
	if !s.SameBody(finds(t, s, "reference", "A"), data("city", "Cali", "code", "7")) {
		t.Error("another body")
	}
}

// TestWhereARequestWentIsKept: an unsettled request says which definition sent it, and where to; one of an older
// muster counts as the base's.
func TestWhereARequestWentIsKept(t *testing.T) { forStores(t, testWhereARequestWentIsKept) }

func testWhereARequestWentIsKept(t *testing.T, on rooms) {
	l := on(t).open(t)
	s := ask(l.Space(t.Context(), sandbox, wider()))(t)
	run := pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon, Digest: "wide", Definition: "acme-wide",
		BaseURL: "https://new.example.org"}
	must(t, l.StartRun(t.Context(), run))
	begun(t, s, "r1", intent(2, "A", ""))
	sent := func(p *pipeline.Provider) (sent pipeline.Sent) {
		t.Helper()
		for in, err := range ask(l.Space(t.Context(), sandbox, p))(t).Sealed(t.Context()) {
			must(t, err)
			sent = in.Sent
		}
		return sent
	}
	want := pipeline.Sent{Digest: "wide", BaseURL: "https://new.example.org", Create: "POST /link"}
	if got := sent(acme()); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := ask(l.Run(t.Context(), "r1"))(t); got.DefinitionName() != "acme-wide" {
		t.Errorf("the run's definition is %q", got.DefinitionName())
	}
	must(t, l.write(t.Context(), func(tr *transaction) error {
		_, err := tr.exec("UPDATE run SET definition = NULL")
		return err
	}))
	p := wider()
	p.Base.Create = pipeline.Call{Method: "POST", Path: "/old"}
	if got := sent(p); got.Create != "POST /old" {
		t.Errorf("%+v of an older muster", got)
	}
	if got := ask(l.Run(t.Context(), "r1"))(t); got.DefinitionName() != "acme" {
		t.Errorf("the definition of an older run is %q", got.DefinitionName())
	}
}
