package submit_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// TestBodiesWithMoreAroundThem: the row's body is sent where the definition puts it, unchanged, and the field names
// in an error lead back to the row's fields.
func TestBodiesWithMoreAroundThem(t *testing.T) {
	at := time.Date(2026, 11, 28, 17, 0, 0, 0, time.UTC)
	around := []pipeline.BodyPart{{At: "/data/type", Value: "customer"}, {At: "/meta/at", Value: "{time}"},
		{At: "/meta/once", Value: "{idempotency_key}"}, {At: "/meta/key", Secret: "API_KEY"}}
	for _, c := range []struct {
		under pipeline.Pointer
		want  string
		field string // the provider's name of it
	}{
		{"/data/attributes", `{"data":{"attributes":{"email":"a@b.co","n":1.50,"t":"x<y"},"type":"customer"},` +
			`"meta":{"at":"2026-11-28T17:00:00Z","key":"` + apiKey + `","once":"k-1"}}`, "/data/attributes/email"},
		{"/data", `{"data":{"email":"a@b.co","n":1.50,"t":"x<y","type":"customer"},` +
			`"meta":{"at":"2026-11-28T17:00:00Z","key":"` + apiKey + `","once":"k-1"}}`, "/data/email"},
		{"", `{"data":{"type":"customer"},"email":"a@b.co",` +
			`"meta":{"at":"2026-11-28T17:00:00Z","key":"` + apiKey + `","once":"k-1"},"n":1.50,"t":"x<y"}`, "email"},
	} {
		var sent string
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			sent = string(raw)
			w.WriteHeader(422)
			_, _ = io.WriteString(w, `{"error":{"errors":[{"field":"`+c.field+`","message":"taken"}]}}`)
		})
		p := acme()
		p.Wrap = pipeline.Wrap{Under: c.under, Around: around}
		client := newClient(t, submit.Options{Provider: p, BaseURL: s.URL, Now: func() time.Time { return at }})
		reply, _ := client.Create(t.Context(), &pipeline.Intent{IdempotencyKey: "k-1",
			Body: []byte(`{"email":"a@b.co","n":1.50,"t":"x<y"}`), Entries: []pipeline.Entry{{Path: "email", Value: "a@b.co"}}})
		if sent != c.want {
			t.Errorf("%q: %s, want %s", c.under, sent, c.want)
		}
		if len(reply.Problems) != 1 || reply.Problems[0].Field != "email" {
			t.Errorf("%q: %+v", c.under, reply.Problems)
		}
	}
}
