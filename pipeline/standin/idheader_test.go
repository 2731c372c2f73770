package standin

import (
	"net/url"
	"testing"

	"muster/pipeline"
)

// Where the definition takes the ID from a header the stand-in gives it there, and
// no body.
func TestIDInAHeader(t *testing.T) {
	for _, header := range []string{"Location", "X-Customer-Id"} {
		o := juraOptions()
		o.Provider.Record = pipeline.Record{IDHeader: header}
		s := start(t, o)
		a := ask(t, s, "POST", "/customers", `{"email":"m1@b.co"}`, apiKey)
		id := a.header.Get(header)
		if header == "Location" {
			at, err := url.Parse(id)
			if err != nil || at.Path[:len("/customers/")] != "/customers/" {
				t.Fatalf("%s: %q, %v", header, id, err)
			}
			id = at.Path[len("/customers/"):]
		}
		if a.status != 201 || a.raw != "" || len(id) != len("cus_")+12 {
			t.Errorf("%s: %d, ID %q, body %q", header, a.status, id, a.raw)
		}
		if again := ask(t, s, "GET", "/customers?email=m1@b.co", "", apiKey); again.text("/data/0/id") != id {
			t.Errorf("%s: the list has %s, and the header %q", header, again.raw, id)
		}
	}
}
