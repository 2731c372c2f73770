package ledger

import (
	"testing"

	"muster/pipeline"
)

// TestKeysThatAreGone: under other keys every customer would look new.
func TestKeysThatAreGone(t *testing.T) { forStores(t, testKeysThatAreGone) }

func testKeysThatAreGone(t *testing.T, on rooms) {
	l, s, path := on.opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	must(t, l.Close())
	for name, alter := range map[string]func(*pipeline.Provider){
		"renamed":       func(p *pipeline.Provider) { p.Keys[0].Name += "9" },
		"another field": func(p *pipeline.Provider) { p.Keys[0].Field = "other" },
		"compared otherwise": func(p *pipeline.Provider) {
			p.Keys[0].Normalise = append(p.Keys[0].Normalise,
				pipeline.Digits)
		},
		"fewer than they were": func(p *pipeline.Provider) { p.Keys = p.Keys[1:] },
	} {
		for _, readOnly := range []bool{true, false} {
			p := acme()
			alter(p)
			l, err := path.with(t, Options{ReadOnly: readOnly})
			must(t, err)
			_, err = l.Space(t.Context(), sandbox, p)
			if !cannotBeUsed("ledger.keys_lost")(err) {
				t.Errorf("%s, read only %v: %v", name, readOnly, err)
			}
			must(t, l.Close())
		}
	}
	// One more key is accepted, and required from then on.
	more := acme()
	more.Keys = append(more.Keys, pipeline.Key{Name: "further", Field: "further"})
	l = path.open(t)
	ask(l.Space(t.Context(), sandbox, more))(t)
	_, err := l.Space(t.Context(), sandbox, acme())
	if !cannotBeUsed("ledger.keys_lost")(err) {
		t.Errorf("a key that was added is gone again: %v", err)
	}
}

// TestUnfinishedCounts: a run that ended without counts gets them from the outcomes on disk.
func TestUnfinishedCounts(t *testing.T) { forStores(t, testUnfinishedCounts) }

func testUnfinishedCounts(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	begun(t, s, "r1", intent(2, "A", ""))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r1", Halt: said("stopped at once")}))
	run, err := l.Run(t.Context(), "r1")
	must(t, err)
	if run.Counts[pipeline.Uncertain] != 1 {
		t.Errorf("counts %v", run.Counts)
	}
}
