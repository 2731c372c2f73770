package templates_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

// Words of the program or its libraries that mean nothing to a person who writes a definition.
var innerWords = []string{"templates.", "yaml:", "main.", "struct {", "!!", "jsonpath:", "jsonschema", "muster:body",
	"json:", "0x", "%!", "\n"}

// requireMistake checks that a definition is refused with a message for people: the file and its line (0: any), the
// code with its arguments, and no internal word.
func requireMistake(t *testing.T, err error, file string, line int, want string) {
	t.Helper()
	m, ok := errors.AsType[*pipeline.Mistake](err)
	if !ok || m.What == nil {
		t.Fatalf("is taken, or refused otherwise: %v", err)
	}
	// A missing part may cause a mistake in another place too.
	if many, several := errors.AsType[pipeline.Mistakes](err); several {
		if i := slices.IndexFunc(many, func(m *pipeline.Mistake) bool { return m.What.String() == want }); i >= 0 {
			m = many[i]
		}
	}
	if shown := len(m.Quote.Lines()) > 0; !shown && m.Hint == nil || !shown && !strings.HasPrefix(string(m.Hint.Code), "definition.try_") {
		t.Errorf("the hint is %v", m.Hint)
	}
	if m.Place.Kind != "definition" || !strings.HasSuffix(m.Place.File, "acme/"+file) || line > 0 &&
		m.Place.Line != line {
		t.Errorf("%v is not in line %d of %s", m, line, file)
	}
	message := m.What.String()
	if message != want {
		t.Errorf("%s, want %s", message, want)
	}
	for _, w := range innerWords {
		if strings.Contains(message, w) {
			t.Errorf("%q leaks %q", message, w)
		}
	}
}

// lineOf is the line of a file on which a text stands.
func lineOf(t *testing.T, file, text string) int {
	t.Helper()
	before, _, ok := strings.Cut(file, text)
	if !ok {
		t.Fatalf("%q is not there", text)
	}
	return 1 + strings.Count(before, "\n")
}

// One mistake in one place, reported with its file and line. at is a text on that line, "" when something is missing
// and no line is wrong.
func TestMistakesInProviderYAML(t *testing.T) {
	tests := []struct {
		name     string
		from     string
		old, new string
		at       string
		want     string
	}{
		{"unknown key", "passport", "title:", "titel: x\ntitle:", "titel:",
			`definition.unknown_key key="titel"`},
		{"unknown key in a part", "passport", "  by: none", "  bye: none", "bye:", `definition.unknown_key key="bye"`},
		{"unknown key in a secret", "passport", "- name: CLIENT_ID", "- nam: CLIENT_ID", "nam:",
			`definition.unknown_key key="nam"`},
		{"unknown key in a look-up's record", "passport", "      status: [/status]", "      state: [/status]",
			"      state:", `definition.unknown_key key="state"`},
		{"unknown key in a condition", "connectfi", "prefix: ext}", "starts: ext}", "starts:",
			`definition.unknown_key key="starts"`},
		{"key twice", "passport", "title:", "name: again\ntitle:", "name: again",
			`definition.key_twice key="name" before=2`},
		{"second document", "passport", "settle:", "---\nsettle:", "---", "definition.second_document"},
		{"tab", "passport", "  header: Authorization", "\theader: Authorization", "\theader", "definition.yaml cause=(definition.yaml_tab)"},
		{"tab after spaces", "passport", "  header: Authorization", "  \theader: Authorization", "  \theader",
			"definition.yaml cause=(definition.yaml_tab)"},
		{"list for the whole", "passport", "", "- a\n", "- a", "definition.want_keys"},
		{"text for the whole", "passport", "", "secretive\n", "secretive", "definition.want_keys"},
		{"keys for a text", "passport", "docs: ", "docs: {a: b} #", "docs:", "definition.want_text"},
		{"list for a text", "passport", "docs: ", "docs: [a] #", "docs:", "definition.want_text"},
		{"keys for a list of texts", "passport", "  code: [/code, /error/code, /error]", "  code: {a: b}", "  code:",
			"definition.want_texts"},
		{"list in a list of texts", "passport", "  code: [/code, /error/code, /error]", "  code: [[/code]]", "  code:",
			"definition.want_text"},
		{"list for a text in languages", "passport", "  advice:\n", "  advice: [a]\n  x-advice:\n", "advice: [a]",
			"definition.want_text_by_language"},
		{"text in no language", "passport", "    es: busque", "    spanish: busque", "spanish:",
			`definition.unknown_language tag="spanish"`},
		{"text twice in a language", "passport", "    es: busque", "    en: busque", "en: busque",
			`definition.member_twice name="en"`},
		{"nothing in a language", "passport", "    es: busque", "    es: \"\" #", "es: \"\"",
			"definition.want_text"},
		{"list in a language", "passport", "    es: busque", "    es: [busque] #", "es: [busque]",
			"definition.want_text"},
		{"text for a part", "passport", "settle:\n", "settle: none\nx-settle:\n", "settle: none",
			"definition.want_keys"},
		{"text for a list of parts", "passport", "answers:\n", "answers: none\nx-answers:\n", "answers: none",
			"definition.want_list"},
		{"list for environments", "passport", "environments:\n", "environments: [a]\nx-environments:\n",
			"environments: [a]", "definition.want_keys"},
		{"list for a query", "passport", "    single: true", "    single: true\n    query: [a]", "query:",
			"definition.want_pairs"},
		{"list in a query", "passport", "    single: true", "    single: true\n    query: {a: [b]}", "query:",
			"definition.want_text"},
		{"unknown anchor", "passport", "  by: none", "  by: *x", "by: *x",
			"definition.yaml cause=(definition.yaml_alias)"},

		{"object that merges itself", "passport", "settle:\n", "settle: &s\n  <<: *s\n", "<<: *s",
			"definition.yaml cause=(definition.yaml_loop)"},
		{"key of no field", "passport", "field: identification_number, n", "field: nit, n", "field: nit",
			`definition.unknown_field field="nit" file="body.schema.json"`},
		{"key in a group", "connectfi", "field: customerReference, n",
			"field: \"businessRepresentatives[].reference\", n",
			"name: reference, label", `definition.key_in_group field="businessRepresentatives[].reference"`},
		{"key by field and path", "connectfi", "field: customer.businessFederalEin, n",
			"field: customer.businessFederalEin, path: $.customer.businessFederalEin, n", "name: ein",
			`definition.key_source name="ein"`},
		{"key by nothing", "passport", "field: identification_number, n", "n", "name: nit",
			`definition.key_source name="nit"`},
		{"two keys of one name", "connectfi", "name: ein,", "name: ssn,", "label: EIN",
			`definition.key_name_twice name="ssn"`},
		{"key without a name", "passport", "{name: nit, label", "{label", "", `definition.missing key="keys[].name"`},
		{"unknown way to normalise", "passport", "normalise: [digits]}", "normalise: [number]}", "normalise: [number]",
			`definition.normaliser text="number"`},
		{"same of no field", "passport", "- {field: type}", "- {field: kind}", "field: kind",
			`definition.unknown_field field="kind" file="body.schema.json"`},
		{"same without a key, and a look-up by ID", "passport",
			"  - {field: identification_number, normalise: [digits]}\n", "", "name: by-id",
			`definition.same_key fields=[identification_number]`},
		{"same in a group", "connectfi", "- {field: customerType}", "- {field: \"customer.phones[].type\"}",
			"customer.phones[].type", `definition.same_in_group field="customer.phones[].type"`},
		{"secret of no field", "connectfi", "  - customer.identificationDocuments[].value",
			"  - customer.identificationDocuments[].number", "Documents[].number",
			`definition.unknown_field field="customer.identificationDocuments[].number" file="body.schema.json"`},
		{"secret with an index", "connectfi", "  - customer.identificationDocuments[].value",
			"  - customer.identificationDocuments[0].value", "Documents[0].value",
			`definition.unknown_field field="customer.identificationDocuments[0].value" file="body.schema.json"`},
		{"date that is none", "connectfi", "dates:\n  - {field: customer.dateOfBirth",
			"dates:\n  - {field: customer.email", "customer.email, b", `definition.date_rule field="customer.email"`},
		{"date without a rule", "connectfi", "{field: customer.dateOfBirth, birth_within: 120, mention_under: 18}",
			"{field: customer.dateOfBirth}", "{field: customer.dateOfBirth}",
			`definition.date_rule field="customer.dateOfBirth"`},
		{"age that is no number", "connectfi", "{field: customer.dateOfBirth, birth_within: 120,",
			"{field: customer.dateOfBirth, birth_within: old,", "birth_within: old",
			`definition.number key="dates[].birth_within" text="old"`},
		{"display of no field", "passport", "- [business_name]", "- [businessName]", "businessName",
			`definition.unknown_field field="businessName" file="body.schema.json"`},
		{"renamed field that is none", "connectfi", "{field: customerReference, at: /reference}",
			"{field: ref, at: /reference}", "field: ref,",
			`definition.unknown_field field="ref" file="body.schema.json"`},
		{"ID pattern that is none", "passport", "  id_pattern: ", "  id_pattern: \"(\" #", "id_pattern:",
			`definition.id_pattern cause=(definition.pattern pattern="(" cause=(definition.pattern_open bracket="("))`},
		{"ID pattern of a look-up", "passport", "      status: [/status]", "      id_pattern: x", "id_pattern: x",
			`definition.unknown_key key="id_pattern"`},
		{"if_there that is no truth", "juicyway", "if_there: true", "if_there: yes", "if_there:",
			`definition.boolean text="yes"`},

		{"JSONPath that is none", "connectfi", "[?@.type == 'SSN'].value", "[?@.type == 'SSN'", "name: ssn",
			`definition.key_path name="ssn" cause=(unexpected eof at position 52)`},
		{"JSONPath through a name that is none", "connectfi", "$.customer.identificationDocuments[?",
			"$.customer.documents[?", "name: ssn",
			`definition.key_path name="ssn" cause=(definition.path_unknown at="customer.documents" file="body.schema.json")`},
		{"JSONPath to a name that is none", "connectfi", "'SSN'].value", "'SSN'].number", "name: ssn",
			`definition.key_path name="ssn"` +
				` cause=(definition.path_unknown at="customer.identificationDocuments[].number" file="body.schema.json")`},
		{"JSONPath to a group", "connectfi", "[?@.type == 'SSN'].value", "", "name: ssn",
			`definition.key_path name="ssn" cause=(definition.path_not_leaf at="customer.identificationDocuments")`},
		{"JSONPath into a leaf", "connectfi", "'SSN'].value", "'SSN'].value.x", "name: ssn",
			`definition.key_path name="ssn"` +
				` cause=(definition.path_unknown at="customer.identificationDocuments[].value.x" file="body.schema.json")`},
		{"JSONPath to any depth", "connectfi", "$.customer.identificationDocuments[?@.type == 'SSN'].value", "$..value",
			"name: ssn", `definition.key_path name="ssn" cause=(definition.path_descendant segment="..[\"value\"]")`},
		{"JSONPath of two names", "connectfi", "'SSN'].value", "'SSN']['value','type']", "name: ssn",
			`definition.key_path name="ssn" cause=(definition.path_selectors segment="[\"value\",\"type\"]")`},

		{"pointer without a slash", "passport", "  id: [/id]", "  id: [id]", "id: [id]",
			`definition.pointer text="id"`},
		{"pointer with a bare tilde", "passport", "  status: [/status]", "  status: [/a~b]", "/a~b",
			`definition.pointer text="/a~b"`},
		{"pointer of a look-up", "juicyway", "    items: /data", "    items: data", "items: data",
			`definition.pointer text="data"`},
		{"pointer of a condition", "connectfi", "when: {at: /code, is: \"0\"}", "when: {at: code, is: \"0\"}",
			"at: code",
			`definition.pointer text="code"`},
		{"status of five digits", "passport", "status: [429]", "status: [42900]", "42900",
			`definition.status text="42900"`},
		{"status of words", "passport", "status: [429]", "status: [often]", "often", `definition.status text="often"`},
		{"status range turned round", "passport", "status: [5xx]", "status: [599-500]", "599-500",
			`definition.status text="599-500"`},
		{"status class that is none", "passport", "status: [5xx]", "status: [6xx]",
			"6xx", `definition.status text="6xx"`},
		{"answer without a status", "passport", "{status: [429], verdict", "{verdict", "{verdict: throttled",
			"definition.no_answer_status"},
		{"verdict that is none", "passport", "verdict: throttled", "verdict: slow", "verdict: slow",
			`definition.verdict verdict="slow"`},
		{"verdict that is muster's own", "passport", "verdict: throttled", "verdict: unsent", "verdict: unsent",
			`definition.verdict verdict="unsent"`},
		{"answer of an unknown key", "connectfi", "keys: [reference]", "keys: [ref]", "keys: [ref]",
			`definition.unknown_key_name key="answers[].keys" name="ref"`},
		{"condition of neither", "connectfi", "when: {at: /code, prefix: ext}", "when: {at: /code}",
			"when: {at: /code}", "definition.condition_test"},
		{"condition of both", "connectfi", "when: {at: /code, prefix: ext}", "when: {at: /code, is: a, prefix: ext}",
			"is: a", "definition.condition_test"},
		{"condition of a list and a text", "connectfi", "when: {at: /code, prefix: ext}",
			"when: {at: /code, contains: [ext], is: a}", "is: a", "definition.condition_test"},
		{"condition of an empty text", "connectfi", "when: {at: /code, prefix: ext}",
			`when: {at: /code, contains: [ext, ""]}`, "contains:", "definition.want_text"},
		{"condition of nowhere", "connectfi", "when: {at: /code, prefix: ext}", "when: {prefix: ext}",
			"when: {prefix: ext}", "definition.condition_at"},

		{"name in capitals", "passport", "name: passport", "name: Passport", "name: Passport",
			`definition.name_form name="Passport"`},
		{"path without a slash", "passport", "path: /v1/paas/entities/customers\n", "path: v1/customers\n",
			"path: v1/customers", `definition.path_form key="create.path" path="v1/customers"`},
		{"timeout without a unit", "passport", "timeout: 60s", "timeout: 60", "timeout: 60",
			`definition.duration text="60"`},
		{"timeout below nothing", "passport", "timeout: 60s", "timeout: -1s", "timeout: -1s",
			`definition.duration text="-1s"`},
		{"base URL in clear", "passport", "base_url: https://", "base_url: http://", "base_url: http",
			`definition.base_url url="http://bre-b-sandbox.api.visionamos.passportfintech.com"`},
		{"base URL with a password", "passport", "base_url: https://", "base_url: https://ops:hush@", "base_url: https://ops",
			"definition.base_url_secret"},
		{"base URL with a query", "passport", "passportfintech.com\n", "passportfintech.com/?key=hush\n", "?key",
			"definition.base_url_secret"},
		{"base URL without a host", "passport", "base_url: https://bre-b-sandbox.api.visionamos.passportfintech.com",
			"base_url: https:///v1", "base_url: https:///", `definition.base_url_form url="https:///v1"`},
		{"unknown environment", "passport", "  sandbox:", "  staging:", "staging:",
			`definition.unknown_key key="staging"`},
		{"concurrency of words", "passport", "concurrency: 2", "concurrency: two", "concurrency: two",
			`definition.number key="environments.sandbox.concurrency" text="two"`},
		{"concurrency of none", "passport", "concurrency: 2", "concurrency: 0", "concurrency: 0",
			`definition.no_concurrency key="environments.sandbox.concurrency"`},
		{"rate that is none", "passport", "rate: 5/s", "rate: 5 a second", "rate: 5 a",
			`definition.rate key="environments.sandbox.rate" cause=(target.rate rate="5 a second")`},
		{"ready that is no secret", "passport", "ready: TOKEN", "ready: TOKENS", "ready: TOKENS",
			`definition.unknown_secret key="auth.ready" name="TOKENS"`},
		{"exchange with an unknown secret", "passport", "secret: CLIENT_ID}", "secret: CLIENT}", "secret: CLIENT}",
			`definition.unknown_secret key="auth.exchange.body[].secret" name="CLIENT"`},
		{"member of both", "passport", "value: client_credentials", "secret: TOKEN, value: x", "value: x",
			"definition.member_source"},
		{"member of neither", "passport", ", value: client_credentials", "", "/grant_type",
			"definition.member_source"},
		{"look-up of an unknown key", "juicyway", "    key: email", "    key: mail", "key: mail",
			`definition.unknown_key_name key="look_ups[].key" name="mail"`},
		{"look-up without a place for the key", "juicyway", "query: {email: \"{key}\", limit", "query: {limit",
			"path: /customers\n    query", `definition.no_look_up_variable name="by-email" variable="{key}"`},
		{"look-up without a place for the ID", "passport", "/customers/{id}", "/customers/{key}",
			"/customers/{key}", `definition.unknown_variable call="by-id" variable="{key}"`},
		{"look-up with another variable", "juicyway", "path: /customers\n    query: {email",
			"path: /customers/{kind}\n    query: {email", "path: /customers/{kind}",
			`definition.unknown_variable call="by-email" variable="{kind}"`},
		{"create with a variable", "passport", "path: /v1/paas/entities/customers\n  timeout",
			"path: /v1/{entity}/customers\n  timeout", "path: /v1/{entity}",
			`definition.unknown_variable call="create" variable="{entity}"`},
		{"absent by a status where it settles", "juicyway", "    found: [200]\n    items",
			"    found: [200]\n    absent: [404]\n    items", "by: look-up-then-resend",
			`definition.settle_absent name="by-email"`},
		{"settle that is none", "passport", "by: none", "by: prayer", "by: prayer",
			`definition.unknown_value key="settle.by" text="prayer"`},
		{"settle by no look-up", "passport", "by: none", "by: look-up", "by: look-up",
			`definition.settle_look_up name=""`},
		{"settle by a look-up by ID", "juicyway", "look_up: by-email", "look_up: by-id", "look_up: by-id",
			`definition.settle_look_up name="by-id"`},
		{"resend without a window", "juicyway", "  window: 23h", "", "by: look-up-then-resend",
			`definition.settle_resend by="look-up-then-resend"`},
		{"resend without a header", "juicyway", "  idempotency_header: Idempotency-Key\n", "",
			"by: look-up-then-resend",
			`definition.settle_resend by="look-up-then-resend"`},
		{"resend that the provider takes for another customer", "connectfi", ", ours: true}", "}", "by: resend",
			`definition.settle_doubles by="resend"`},
		{"resend under a key that the provider forgets", "juicyway", "by: look-up-then-resend\n  look_up: by-email\n" +
			"  after: 35s\n  # The provider keeps keys for 24 hours; an hour is left for clocks and queues.\n  window: 23h\n",
			"by: resend\n", "by: resend", `definition.settle_resend by="resend"`},
		{"a server that failed, and made nobody", "juicyway", "[5xx], verdict: unknown", "[5xx], verdict: busy",
			"[5xx], verdict: busy", `definition.server_failed verdict="busy" status=500`},
		{"resend that names nobody", "connectfi", "keys: [reference], found", "keys: [ssn], found", "by: resend",
			`definition.settle_unnamed by="resend" key="reference"`},
		{"stand-in's IDs of neither", "passport", "ids: [{uuid: true}]", "ids: [{prefix: x_}]", "",
			"definition.standin_id"},
		{"stand-in's IDs of both", "passport", "ids: [{uuid: true}]", "ids: [{uuid: true, length: 3}]", "length: 3",
			"definition.standin_id"},
		{"stand-in's IDs of another form", "passport", "ids: [{uuid: true}]", "ids: [{prefix: x_, length: 9}]", "length: 9",
			`definition.standin_id_form id="x_000000000"`},
		{"stand-in's condition on no field", "connectfi", "at: /customerType, is: business", "at: /kind, is: business",
			"at: /kind", `definition.unknown_field field="kind" file="body.schema.json"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := alteredFiles(t, tt.from, edit{yamlFile, tt.old, tt.new})
			line := 0
			if tt.at != "" {
				line = lineOf(t, files[yamlFile], tt.at)
			}
			_, err := findIn(t, files)
			requireMistake(t, err, yamlFile, line, tt.want)
		})
	}
}

// partOf is a part of an embedded provider.yaml: its key, and everything indented below it.
func partOf(t *testing.T, from, key string) string {
	t.Helper()
	lines := strings.SplitAfter(alteredFiles(t, from)[yamlFile], "\n")
	first := slices.Index(lines, key+":\n")
	if first < 0 {
		t.Fatalf("%s has no %s", from, key)
	}
	last := first + 1
	for last < len(lines) && strings.HasPrefix(lines[last], " ") {
		last++
	}
	return strings.Join(lines[first:last], "")
}

// A missing part that muster needs is named.
func TestMissingParts(t *testing.T) {
	tests := []struct {
		name, from string
		cut        string // removed from provider.yaml
		want       string
	}{
		{"name", "passport", "name: passport\n", `definition.missing key="name"`},
		{"title", "passport", "title: Passport Fintech (Bre-B, Visionamos)\n", `definition.missing key="title"`},
		{"create.method", "passport", "method: POST\n  path: /v1/paas/entities/customers\n",
			`definition.missing key="create.method"`},
		{"create.path", "passport", "  path: /v1/paas/entities/customers\n", `definition.missing key="create.path"`},
		{"create.timeout", "passport", "  timeout: 60s\n", "definition.no_timeout"},
		{"create", "juicyway", partOf(t, "juicyway", "create"), `definition.missing key="create.method"`},
		{"keys", "passport", partOf(t, "passport", "keys"), "definition.no_keys"},
		{"same", "juicyway", partOf(t, "juicyway", "same"), "definition.no_same"},
		{"an answer that created", "juicyway", "  - {status: [201], verdict: created}\n", "definition.no_created"},
		{"record.id", "passport", "  id: [/id]\n", "definition.no_record_id"},
		{"a look-up's record.id", "passport", "      id: [/id]\n", `definition.no_look_up_id name="by-id"`},
		{"a look-up's found", "juicyway", "    found: [200]\n", `definition.no_look_up_found name="by-email"`},
		{"a look-up's name", "passport", "name: by-id\n    ", `definition.missing key="look_ups[].name"`},
		{"settle.by", "passport", "  by: none\n", `definition.missing key="settle.by"`},
		{"settle", "passport", partOf(t, "passport", "settle"), `definition.missing key="settle.by"`},
		{"standin.ids", "passport", "  ids: [{uuid: true}]\n", "definition.no_standin_ids"},
		{"environments", "passport", partOf(t, "passport", "environments"), "definition.no_environments"},
		{"an environment's concurrency", "passport", "    concurrency: 2\n",
			`definition.no_concurrency key="environments.sandbox.concurrency"`},
		{"an environment's rate", "passport", "    rate: 5/s\n",
			`definition.missing key="environments.sandbox.rate"`},
		{"auth.header", "passport", "  header: Authorization\n", `definition.missing key="auth.header"`},
		{"auth", "juicyway", partOf(t, "juicyway", "auth"), `definition.no_proof`},
		{"a token's source", "juicyway", "  ready: API_KEY\n", "definition.no_auth"},
		{"the token of an exchange", "passport", "    token: [/access_token]\n", "definition.no_token"},
		{"a secret's name", "passport", "name: CLIENT_ID\n      ", `definition.missing key="auth.secrets[].name"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := findIn(t, alteredFiles(t, tt.from, edit{yamlFile, tt.cut, ""}))
			requireMistake(t, err, yamlFile, 0, tt.want)
		})
	}
	for _, whole := range []struct{ name, text, want string }{
		{"empty", "", "definition.empty"},
		{"blank", "\n  \n", "definition.empty"},
		{"comments", "# nothing yet\n", "definition.empty"},
		{"null", "~\n", `definition.missing key="name"`},
	} {
		t.Run(whole.name, func(t *testing.T) {
			files := alteredFiles(t, "passport")
			files[yamlFile] = whole.text
			_, err := findIn(t, files)
			requireMistake(t, err, yamlFile, 0, whole.want)
		})
	}
}
