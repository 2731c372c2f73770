package importer

import (
	"regexp"
	"strings"
	"testing"

	"muster/pipeline"
)

// An ID that looks different from the namespace's others is taken and noted; where the definition promises a form,
// only that form is checked.
func TestNoteForm(t *testing.T) {
	form := regexp.MustCompile(`\Acus_[0-9]+\z`)
	for _, c := range []struct {
		name    string
		pattern *regexp.Regexp
		known   []string
		o       pipeline.Outcome
		noted   bool
	}{
		{"like the others", nil, []string{"cus_1", "cus_2", "cus_3"},
			pipeline.Outcome{State: pipeline.Created, CustomerID: "cus_4"}, false},
		{"unlike", nil, []string{"cus_1", "cus_2", "cus_3"},
			pipeline.Outcome{State: pipeline.Created, CustomerID: "a/b/c"}, true},
		{"unlike, with a message", nil, []string{"cus_1", "cus_2", "cus_3"}, pipeline.Outcome{State: pipeline.Existing,
			CustomerID: "a/b/c", Message: pipeline.Say("outcome.existed")}, true},
		{"of a promised form", form, []string{"cus_1", "cus_2", "cus_3"},
			pipeline.Outcome{State: pipeline.Created, CustomerID: "cus_123456"}, false},
		{"no customer", nil, []string{"cus_1", "cus_2", "cus_3"}, pipeline.Outcome{State: pipeline.Rejected}, false},
		{"the first", nil, nil, pipeline.Outcome{State: pipeline.Created, CustomerID: "a/b/c"}, false},
	} {
		s := Setup{Provider: &pipeline.Provider{Record: pipeline.Record{IDPattern: c.pattern}},
			IDs: pipeline.NewKnownIDs(c.known)}
		was := c.o.Message
		s.noteForm(&c.o)
		said := c.o.Message.String()
		if strings.Contains(said, "proof.unlike_id") != c.noted ||
			was != nil && !strings.Contains(said, string(was.Code)) {
			t.Errorf("%s: it says %s", c.name, said)
		}
	}
}
