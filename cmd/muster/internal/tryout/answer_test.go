package tryout

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// acme is a definition that uses every part.
func acme() *pipeline.Provider {
	statuses := func(n ...int) (all []pipeline.Statuses) {
		for _, s := range n {
			all = append(all, pipeline.Statuses{From: s, To: s})
		}
		return all
	}
	return &pipeline.Provider{Name: "acme",
		Environments: []pipeline.Environment{{Name: pipeline.EnvSandbox, Limit: pipeline.Limit{Concurrency: 1,
			Rate: pipeline.Rate{N: 100, Per: time.Minute}}}},
		Auth: pipeline.Auth{Header: "Authorization", Exchange: &pipeline.Exchange{
			Call: pipeline.Call{Method: "POST", Path: "/token"}, Token: []pipeline.Pointer{"/access_token"},
			ExpiresIn: "/expires_in"}, Secrets: []pipeline.Secret{{Name: "KEY"}, {Name: "ACCOUNT", Setting: true}}},
		Create: pipeline.Call{Method: "POST", Path: "/v1/{ACCOUNT}/customers"},
		LookUps: []pipeline.LookUp{{Name: "by-email", Key: "email",
			Call: pipeline.Call{Path: "/v1/{ACCOUNT}/customers?email={key}"}},
			{Name: "by-id", Call: pipeline.Call{Path: "/v1/{ACCOUNT}/customers/{id}"}}},
		Answers: []pipeline.Answer{
			{Statuses: statuses(400), When: &pipeline.Condition{At: "/code", Is: "dup"}, Verdict: pipeline.VerdictExists},
			{Statuses: statuses(201), Verdict: pipeline.VerdictCreated},
			{Statuses: statuses(400, 422), Verdict: pipeline.VerdictRefused}},
		Record: pipeline.Record{ID: []pipeline.Pointer{"/data/id"}, IDPattern: regexp.MustCompile(`^c_[0-9]+$`),
			Status: []pipeline.Pointer{"/data/status"}, Body: "/data",
			Renamed: []pipeline.Renamed{{Field: "phone", At: "/phone_number"}}},
		RequestIDHeader: "X-Trace"}
}

func exchange(status int, body string, headers ...string) *Exchange {
	x := &Exchange{Call: callCreate, Ours: true, Status: status, Text: []byte(body), Answer: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		x.Answer.Set(headers[i], headers[i+1])
	}
	return x
}

// Answers confirm, contradict or do not show each part of a definition.
func TestAnswers(t *testing.T) {
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	const whole = `{"data": {"id": "c_17", "status": "new", "email": "m@example.org", "phone_number": "+573005550101"}}`
	for _, c := range []struct {
		name    string
		token   *Exchange
		create  *Exchange
		verdict pipeline.Verdict
		id      string
		change  func(*pipeline.Provider)
		want    string // word, part and text of each finding, a line each
	}{
		{"as it says", exchange(200, `{"access_token": "t", "expires_in": 3600}`),
			exchange(201, whole, "Content-Type", "application/json; charset=utf-8", "X-Trace", "t1", "X-RateLimit-Limit", "100"),
			pipeline.VerdictCreated, "c_17", nil,
			`+ auth.exchange: gives a token
+ auth.exchange.expires_in: 3600, at /expires_in
+ auth: the provider accepts the credentials (status 201)
+ answers: status 201 fits number 2 of answers: created
+ Content-Type: application/json
+ record.id: at /data/id
+ record.id_pattern: the ID has this form
+ record.status: at /data/status
+ record.body: the answer repeats 2 of 2 fields of the row
+ request_id_header: in the header X-Trace
+ environments.sandbox.rate: X-Ratelimit-Limit: 100; the definition has 100/m`},
		{"otherwise", exchange(200, `{"token": "t"}`),
			exchange(201, `{"customer": {"id": "x", "person_id": "p"}}`, "Content-Type", "text/html",
				"X-Rate-Limit-Remaining", "9"),
			pipeline.VerdictUnknown, "", nil,
			`- auth.exchange.token: nothing at /access_token
+ auth: the provider accepts the credentials (status 201)
- answers: status 201 fits number 2 of answers, created, and the rest of the answer does not prove it: the answer proves no creation
? Content-Type: text/html, and the body is JSON
- record.id: no ID at /data/id; what may be one is at /customer/id, /customer/person_id
? record.status: nothing at /data/status
- record.body: the answer repeats 0 of 2 fields of the row
- request_id_header: nothing at X-Trace
? environments.sandbox.rate: X-Rate-Limit-Remaining: 9; the definition has 100/m`},
		{"in a header", nil, exchange(201, "", "Location", "/v1/a/customers/c_17", "X-Trace", "t"), pipeline.VerdictCreated, "c_17",
			func(p *pipeline.Provider) {
				p.Record = pipeline.Record{IDHeader: "Location"}
			}, `+ auth: the provider accepts the credentials (status 201)
+ answers: status 201 fits number 2 of answers: created
? Content-Type: the answer has no body
+ record.id_header: in the header Location
? record.body: the answer repeats 0 of 2 fields of the row
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"a header instead", nil, exchange(201, `{}`, "Location", "/v1/c_17", "X-Correlation-Id", "t"),
			pipeline.VerdictUnknown, "",
			func(p *pipeline.Provider) { p.RequestIDHeader, p.Record.Status = "", nil },
			`+ auth: the provider accepts the credentials (status 201)
- answers: status 201 fits number 2 of answers, created, and the rest of the answer does not prove it: the answer proves no creation
? Content-Type: -, and the body is JSON
- record.id: no ID at /data/id; what may be one is at header Location
- record.body: the answer repeats 0 of 2 fields of the row
? request_id_header: the answer has X-Correlation-Id: is it one of these?
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"another form", nil, exchange(201, `{"data": {"id": "17"}}`, "Content-Type", "application/vnd.acme+json",
			"X-Trace", "t"),
			pipeline.VerdictUnknown, "", func(p *pipeline.Provider) { p.Record.Status = nil },
			`+ auth: the provider accepts the credentials (status 201)
- answers: status 201 fits number 2 of answers, created, and the rest of the answer does not prove it: the answer proves no creation
+ Content-Type: application/vnd.acme+json
+ record.id: at /data/id
- record.id_pattern: the ID has another form
- record.body: the answer repeats 0 of 2 fields of the row
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"refused", nil, exchange(400, `{"code": "bad"}`, "Content-Type", "application/json"), pipeline.VerdictRefused, "", nil,
			`+ auth: the provider accepts the credentials (status 400)
- answers: the example was not created: status 400 fits number 3 of answers: refused
+ Content-Type: application/json
? record.id: no customer was created
- request_id_header: nothing at X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"exists", nil, exchange(400, `{"code": "dup"}`, "Content-Type", "application/json", "X-Trace", "t"),
			pipeline.VerdictExists, "", nil,
			`+ auth: the provider accepts the credentials (status 400)
- answers: the example was not created: status 400 fits number 1 of answers: exists
+ Content-Type: application/json
? record.id: no customer was created
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"accepted", nil, exchange(202, `{}`, "Content-Type", "application/json", "X-Trace", "t"), pipeline.VerdictAccepted,
			"c_17", func(p *pipeline.Provider) {
				p.Answers = []pipeline.Answer{{Statuses: p.Answers[1].Statuses, Verdict: pipeline.VerdictCreated},
					{Statuses: []pipeline.Statuses{{From: 202, To: 202}}, Verdict: pipeline.VerdictAccepted}}
			},
			`+ auth: the provider accepts the credentials (status 202)
+ answers: status 202 fits number 2 of answers: accepted
+ Content-Type: application/json
+ await: created, after 3 questions
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"no JSON", nil, exchange(418, `<html>`, "Content-Type", "text/html", "X-Trace", "t"), pipeline.VerdictDenied, "", nil,
			`+ auth: the provider accepts the credentials (status 418)
- answers: status 418 fits none of answers
- Content-Type: text/html: the body of the answer is not JSON
? record.id: no customer was created
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"credentials", exchange(401, `{}`), nil, "", "", nil, `- auth.exchange: no token: status 401
? auth: no answer
? answers: no answer
? record.id: no answer`},
		{"unauthorized", nil, exchange(401, ``, "X-Trace", "t"), pipeline.VerdictUnauthorized, "", nil,
			`- auth: the provider refuses the credentials (status 401)
- answers: status 401 fits none of answers
? Content-Type: the answer has no body
? record.id: no customer was created
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: no header says a limit; the definition has 100/m`},
		{"out of service", nil, exchange(503, ``, "X-Trace", "t", "Retry-After", "30"), pipeline.VerdictUnknown, "", nil,
			`? auth: status 503 says nothing of the credentials
- answers: status 503 fits none of answers
? Content-Type: the answer has no body
? record.id: no customer was created
+ request_id_header: in the header X-Trace
? environments.sandbox.rate: Retry-After: 30; the definition has 100/m`},
		{"silence", exchange(0, ""), exchange(0, ""), pipeline.VerdictUnknown, "", nil, `? auth.exchange: no answer
? auth: no answer
? answers: no answer
? record.id: no answer`},
	} {
		p := acme()
		if c.change != nil {
			c.change(p)
		}
		s := &seen{provider: p, token: c.token, create: c.create, asked: 3, verdict: c.verdict,
			outcome: pipeline.Outcome{CustomerID: c.id},
			entries: []pipeline.Entry{{Path: "email", Value: "m@example.org"}, {Path: "phone", Value: "+573005550101"}}}
		var got []string
		for _, f := range s.answers() {
			got = append(got, fmt.Sprintf("%c %s: %s", "?+-"[f.Word], f.Part, words.Message(f.What)))
		}
		if diff := cmp.Diff(strings.Split(c.want, "\n"), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A second request is safe only when it leads to the same customer, and the definition can tell that it did.
func TestResent(t *testing.T) {
	byKey, lookUp := pipeline.Settle{By: pipeline.SettleResend}, pipeline.Settle{By: pipeline.SettleLookUpResend}
	reply := func(v pipeline.Verdict, id, found string) *pipeline.Reply {
		return &pipeline.Reply{Attempt: pipeline.Attempt{Verdict: v, HTTPStatus: 400}, CustomerID: id, FoundID: found}
	}
	for _, c := range []struct {
		settle pipeline.Settle
		reply  *pipeline.Reply
		word   Word
		code   pipeline.MessageCode
	}{
		{byKey, reply(pipeline.VerdictCreated, "c_1", ""), Confirmed, "tryout.resend_same"},
		{byKey, reply(pipeline.VerdictCreated, "c_2", ""), Contradicted, "tryout.resend_another"},
		{byKey, reply(pipeline.VerdictExists, "", "c_1"), Confirmed, "tryout.resend_exists"},
		{byKey, reply(pipeline.VerdictExists, "", "c_2"), Contradicted, "tryout.resend_names_another"},
		{byKey, reply(pipeline.VerdictExists, "", ""), Contradicted, "tryout.resend_unnamed"},
		{lookUp, reply(pipeline.VerdictExists, "", ""), Contradicted, "tryout.resend_key_ignored"},
		{lookUp, reply(pipeline.VerdictRefused, "", ""), Contradicted, "tryout.resend_refused"},
		{lookUp, reply(pipeline.VerdictUnknown, "", ""), NotSeen, "tryout.resend_unanswered"},
		{lookUp, reply(pipeline.VerdictThrottled, "", ""), NotSeen, "tryout.resend_unanswered"},
	} {
		var f findings
		f.resent(c.settle, "c_1", c.reply)
		if len(f) != 1 || f[0].Word != c.word || f[0].What.Code != c.code {
			t.Errorf("%s, %s: %+v", c.settle.By, c.reply.Verdict, f)
		}
	}
	for by, want := range map[pipeline.SettleBy]bool{pipeline.SettleNone: false, pipeline.SettleLookUp: false,
		pipeline.SettleResend: true, pipeline.SettleLookUpResend: true} {
		if Resends(pipeline.Settle{By: by}) != want {
			t.Errorf("%s: the request is sent again: %v", by, !want)
		}
	}
}
