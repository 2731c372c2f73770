package settle

import (
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

func TestWhatIsAVerdict(t *testing.T) {
	for _, c := range []struct {
		env, said string
		kind      ledger.VerdictKind
		id        string
		wrong     bool
	}{
		{"sandbox", "absent", ledger.VerdictAbsent, "", false},
		{"sandbox", "Accept", ledger.VerdictAccept, "", false},
		{"sandbox", "cus_0042-A", ledger.VerdictID, "cus_0042-A", false},
		{"sandbox", "N/A", "", "", true},
		{"sandbox", "Created", "", "", true}, // a state
		{"sandbox", "cus 42", "", "", true},
		{"sandbox", "cus\x0042", "", "", true},
		{"sandbox", strings.Repeat("é", 200), ledger.VerdictID, strings.Repeat("é", 200), false},
		{"sandbox", strings.Repeat("é", 201), "", "", true},
		{"sandbox", "rehearsal-7", "", "", true},
		{pipeline.EnvLocal, "rehearsal-7", ledger.VerdictID, "rehearsal-7", false},
	} {
		s := &settler{to: Job{Namespace: pipeline.Namespace{Provider: "acme", Env: c.env}}}
		kind, id, wrong := s.readVerdict(c.said)
		if kind != c.kind || id != c.id || (wrong != nil) != c.wrong {
			t.Errorf("%q in %s: %q, ID %q, wrong %v", c.said, c.env, kind, id, wrong)
		}
	}
}
