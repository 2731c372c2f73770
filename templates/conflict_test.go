package templates_test

import (
	"testing"

	"muster/pipeline"
)

// A 409 says that the customer exists only when its text says so: it may be about another request that is under way.
func TestAConflictIsNoCustomer(t *testing.T) {
	p := embeddedDefinition(t, "passport").Provider()
	for _, c := range []struct {
		body string
		want pipeline.Verdict
	}{
		{`{"code":"customer_already_exists"}`, pipeline.VerdictExists},
		{`{"code":"CUSTOMER_EXISTS","message":"no"}`, pipeline.VerdictExists},
		{`{"error":{"code":"DUPLICATE","message":"Duplicate customer"}}`, pipeline.VerdictExists},
		{`{"message":"A customer with this NIT already exists."}`, pipeline.VerdictExists},
		{`{"error":"El NIT ya está registrado"}`, pipeline.VerdictExists},
		{`{"error":{"message":"Email has already been taken"}}`, pipeline.VerdictExists},
		{`{"status":409,"cause":[{"text":"A client with this NIT is already registered"}]}`, pipeline.VerdictExists},
		{`{"cause":"conflict","business_name":"DUPLICADOS DEL SUR SAS"}`, pipeline.VerdictBusy},
		{`{"code":"conflict","message":"The resource is being modified by another request, try again"}`,
			pipeline.VerdictBusy},
		{`{"error":{"code":"idempotency_key_in_use","message":"Another request with this key is in progress"}}`,
			pipeline.VerdictBusy},
		{`{"message":"The entity does not exist yet"}`, pipeline.VerdictBusy},
		{`{}`, pipeline.VerdictBusy},
	} {
		doc, err := pipeline.DecodeJSON([]byte(c.body))
		if err != nil {
			t.Fatal(err)
		}
		var got pipeline.Verdict
		for _, a := range p.Answers {
			if pipeline.In(a.Statuses, 409) && a.When.Holds(doc) {
				got = a.Verdict
				break
			}
		}
		if got != c.want {
			t.Errorf("%s is %s, want %s", c.body, got, c.want)
		}
	}
}
