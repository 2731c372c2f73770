package templates_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

// TestAllMistakesAtOnce: a definition with several mistakes is refused with all of them, by line, each with its hint.
func TestAllMistakesAtOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []string // old and new text, in turn
		want    []string // message and hint
	}{
		{"form", []string{"title:", "titel:", "  header: Authorization", "  header: [Authorization]", "  by: none",
			"  bye: none"}, []string{
			`definition.unknown_key key="titel"; definition.try_key key="title"`,
			`definition.want_text; definition.try_compare`,
			`definition.unknown_key key="bye"; definition.try_key key="by"`}},
		{"meaning", []string{"ready: TOKEN", "ready: TOKN", "verdict: throttled", "verdict: slow",
			"- {field: type}", "- {field: typ}"}, []string{
			`definition.unknown_secret key="auth.ready" name="TOKN"; definition.try_name name="TOKEN"`,
			`definition.unknown_field field="typ" file="body.schema.json"; definition.try_name name="type"`,
			`definition.verdict verdict="slow"; definition.try_one_of names=[created exists refused accepted busy ` +
				`throttled unauthorized denied halt unknown]`}},
		// A misspelt key does not hide mistakes below or beside it.
		{"form and meaning", []string{"settle:\n  by: none", "setle:\n  by: nome", "  - {field: type}", "  - {feild: typ}",
			"verdict: throttled", "verdict: throtled", "method: POST", "method: post"}, []string{
			`definition.method key="auth.exchange.method" text="post"; definition.try_name name="POST"`,
			`definition.unknown_key key="feild"; definition.try_key key="field"`,
			`definition.unknown_field field="typ" file="body.schema.json"; definition.try_name name="type"`,
			`definition.verdict verdict="throtled"; definition.try_name name="throttled"`,
			`definition.unknown_key key="setle"; definition.try_key key="settle"`,
			`definition.unknown_value key="settle.by" text="nome"; definition.try_name name="none"`}},
		// A misspelt value is read as the one that was probably meant.
		{"a verdict that another part needs", []string{"verdict: throttled", "verdict: acepted", "settle:\n",
			"await:\n  location: Location\n  answers: [{status: 200, verdict: created}]\nsettle:\n"}, []string{
			`definition.verdict verdict="acepted"; definition.try_name name="accepted"`}},
		// Mistakes that follow from a lost part are not reported.
		{"a part that is lost", []string{"keys:\n", "whatever:\n", "verdict: throttled", "verdict: throtled",
			"    body:\n", "    body: {a: b}\n    numbers:\n"}, []string{
			"definition.want_list; definition.try_compare",
			`definition.unknown_key key="numbers"; definition.try_keys keys=[basic body encoding expires_at expires_in ` +
				"headers method path query token]",
			`definition.unknown_key key="whatever"; definition.try_keys keys=[answers auth await base create dates ` +
				"display docs environments errors example keys look_ups name notes record request_id_header same secret " +
				"settings settle shape sign standin title]",
			`definition.verdict verdict="throtled"; definition.try_name name="throttled"`}},
		{"sign", []string{"create:\n", "sign:\n  algorithm: hmac-sha25\n  key: CLIENT_ID\n  text: \"{nonce}{bod}\"\n" +
			"  time: unix\n  headers: {X-Sign: \"{signature}{CLIENT_ID}\"}\ncreate:\n"}, []string{
			`definition.unknown_value key="sign.algorithm" text="hmac-sha25"; definition.try_name name="hmac-sha256"`,
			`definition.unknown_variable call="sign.text" variable="{bod}"; definition.try_name name="body"`,
			`definition.sign_not_sent variable="{nonce}"; definition.try_compare`,
			`definition.no_effect_without key="sign.time" without="{timestamp}"; definition.try_compare`,
			`definition.unknown_variable call="sign.headers" variable="{CLIENT_ID}"; definition.try_one_of ` +
				`names=[timestamp nonce digest signature CLIENT_SECRET TOKEN]`}},
		{"message", []string{"create:\n", "sign:\n  algorithm: hmac-sha1\n  key: CLIENT_ID\n  key_encoding: pem\n" +
			"  encoding: hex\n  message:\n    components: [\"@pat\", X-Other]\n    parameters: [create]\n    keyid: k\n" +
			"create:\n"}, []string{
			`definition.sign_message_algorithm algorithm="hmac-sha1"; definition.try_compare`,
			`definition.sign_key_form form="pem" algorithm="hmac-sha1"; definition.try_compare`,
			`definition.no_effect key="sign.encoding" with="sign.message"; definition.try_compare`,
			`definition.sign_component component="@pat"; definition.try_name name="@path"`,
			`definition.sign_component component="X-Other"; definition.try_compare`,
			`definition.unknown_value key="sign.message.parameters" text="create"; definition.try_name name="created"`,
			`definition.no_effect_without key="sign.message.keyid" without="keyid"; definition.try_compare`}},
		{"await", []string{"settle:\n", "await:\n  path: /v1/{ide}\n  query: {a: b}\n  answers:\n" +
			"    - {status: 200, verdict: denied}\nsettle:\n"}, []string{
			`definition.await_without_accepted; definition.try_compare`,
			`definition.unknown_variable call="await" variable="{ide}"; definition.try_name name="id"`,
			`definition.await_variable; definition.try_compare`,
			`definition.missing key="await.id"; definition.try_compare`,
			`definition.await_no_created; definition.try_compare`,
			`definition.unknown_value key="await.answers[].verdict" text="denied"; definition.try_one_of ` +
				`names=[created exists refused accepted throttled unauthorized halt unknown]`}},
		{"accepted without await", []string{"verdict: throttled", "verdict: accepted"}, []string{
			`definition.accepted_without_await; definition.try_compare`}},
		{"await takes anything for a refusal", []string{"settle:\n", "await:\n  location: Location\n  answers:\n" +
			"    - {status: 200, when: {at: /s, is: done}, verdict: created}\n    - {status: 200, verdict: refused}\n" +
			"    - {status: 5xx, verdict: refused}\nsettle:\n", "verdict: throttled", "verdict: accepted"}, []string{
			`definition.await_refused; definition.try_compare`,
			`definition.server_failed verdict="refused" status=500; definition.try_compare`}},
		{"await in two places", []string{"settle:\n", "await:\n  path: /v1/{id}\n  every: 1h\n  location: Location\n  answers:\n" +
			"    - {status: 200, verdict: created}\nsettle:\n", "verdict: throttled", "verdict: accepted"}, []string{
			`definition.await_where; definition.try_compare`, `definition.await_for; definition.try_compare`}},
		{"a secret that nothing uses", []string{"      - {at: /client_id, secret: CLIENT_ID}\n", ""}, []string{
			`definition.unused_secret name="CLIENT_ID"; definition.try_compare`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var edits []edit
			for i := 0; i < len(c.changes); i += 2 {
				edits = append(edits, edit{"provider.yaml", c.changes[i], c.changes[i+1]})
			}
			_, err := findIn(t, alteredFiles(t, "passport", edits...))
			all, several := errors.AsType[pipeline.Mistakes](err)
			if one, ok := errors.AsType[*pipeline.Mistake](err); !several && ok {
				all = pipeline.Mistakes{one}
			}
			var got []string
			line := 0
			for _, m := range all {
				got = append(got, m.What.String()+"; "+m.Hint.String())
				if m.Place.Line < line {
					t.Errorf("%v stands behind line %d", m, line)
				}
				line = m.Place.Line
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Mistakes in provider.yaml do not hide those in the schema, and the other way round.
func TestMistakesOfBothFiles(t *testing.T) {
	_, err := findIn(t, alteredFiles(t, "passport", edit{"provider.yaml", "title:", "titel:"},
		edit{"provider.yaml", "verdict: throttled", "verdict: slow"}, edit{"provider.yaml", "{field: type}", "{field: typ}"},
		edit{"body.schema.json", `"minLength"`, `"minLenght"`}, edit{"body.schema.json", `"maxLength": 140`, `"nullable": true`}))
	all, _ := errors.AsType[pipeline.Mistakes](err)
	var got []pipeline.MessageCode
	for _, m := range all {
		got = append(got, m.What.Code)
	}
	want := []pipeline.MessageCode{"definition.unknown_key", "definition.verdict", "definition.keyword",
		"definition.keyword"}
	if !slices.Equal(got, want) {
		t.Errorf("%v", err)
	}
}
