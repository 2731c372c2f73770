package templates_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

// Words of the program's own making or its libraries' that mean nothing to
// somebody who writes a definition.
var innerWords = []string{"templates.", "yaml:", "main.", "struct {", "!!", "jsonpath:", "jsonschema", "muster:body",
	"json:", "0x", "%!", "\n"}

// requireMistake checks that a definition is refused with a message for people:
// the place, what is wrong, and no inner word. place is "provider.yaml, line 7",
// or "provider.yaml" where no line need be named.
func requireMistake(t *testing.T, err error, place string, says ...string) {
	t.Helper()
	var refused *pipeline.Mistake
	if !errors.As(err, &refused) {
		t.Fatalf("is taken, or refused otherwise: %v", err)
	}
	if refused.Hint.String() == "" {
		t.Error("there is no hint")
	}
	message := refused.Err.Error()
	if !strings.HasPrefix(message, place+":") && !(place == yamlFile && strings.HasPrefix(message, place+", line ")) {
		t.Errorf("%q does not begin with %q", message, place)
	}
	for _, s := range says {
		if !strings.Contains(message, s) {
			t.Errorf("%q does not say %q", message, s)
		}
	}
	for _, w := range innerWords {
		if strings.Contains(strings.ReplaceAll(message, yamlFile, ""), w) {
			t.Errorf("%q leaks %q", message, w)
		}
	}
}

// lineOf is the line of a file on which a text stands.
func lineOf(t *testing.T, file, text string) string {
	t.Helper()
	before, _, ok := strings.Cut(file, text)
	if !ok {
		t.Fatalf("%q is not there", text)
	}
	return fmt.Sprint(", line ", 1+strings.Count(before, "\n"))
}

// One mistake in one place, told with its file and line. at is a text on the
// line that must be named, "" where a thing is missing and no line is at fault.
func TestMistakesInProviderYAML(t *testing.T) {
	tests := []struct {
		name     string
		from     string
		old, new string
		at       string
		says     []string
	}{
		{"unknown key", "passport", "title:", "titel: x\ntitle:", "titel:",
			[]string{`"titel" is not a key that is known here`}},
		{"unknown key in a part", "passport", "  by: none", "  bye: none", "bye:", []string{`"bye" is not a key`}},
		{"unknown key in a secret", "passport", "- name: CLIENT_ID", "- nam: CLIENT_ID", "nam:",
			[]string{`"nam" is not a key`}},
		{"unknown key in a look-up's record", "passport", "      status: [/status]", "      state: [/status]",
			"      state:", []string{`"state" is not a key`}},
		{"unknown key in a condition", "connectfi", "prefix: ext}", "starts: ext}", "starts:",
			[]string{`"starts" is not a key`}},
		{"key twice", "passport", "title:", "name: again\ntitle:", "name: again",
			[]string{`"name" already defined at line 2`}},
		{"second document", "passport", "settle:", "---\nsettle:", "---", []string{"second document"}},
		{"tab", "passport", "  header: Authorization", "\theader: Authorization", "\theader", []string{"tab", "spaces"}},
		{"tab after spaces", "passport", "  header: Authorization", "  \theader: Authorization", "  \theader",
			[]string{"tab", "spaces"}},
		{"list for the whole", "passport", "", "- a\n", "- a", []string{"keys, each with its value"}},
		{"text for the whole", "passport", "", "secretive\n", "secretive", []string{"keys, each with its value"}},
		{"keys for a text", "passport", "docs: ", "docs: {a: b} #", "docs:", []string{"a single text is wanted here"}},
		{"list for a text", "passport", "docs: ", "docs: [a] #", "docs:", []string{"a single text is wanted here"}},
		{"keys for a list of texts", "passport", "  code: [/code, /error/code, /error]", "  code: {a: b}", "  code:",
			[]string{"a list of texts"}},
		{"list in a list of texts", "passport", "  code: [/code, /error/code, /error]", "  code: [[/code]]", "  code:",
			[]string{"a single text is wanted here"}},
		{"list for a text in languages", "passport", "  advice:\n", "  advice: [a]\n  x-advice:\n", "advice: [a]",
			[]string{"a text for each language"}},
		{"text in no language", "passport", "    es: busque", "    spanish: busque", "spanish:",
			[]string{`"spanish" is no language`}},
		{"text twice in a language", "passport", "    es: busque", "    en: busque", "en: busque",
			[]string{`"en" stands there twice`}},
		{"list in a language", "passport", "    es: busque", "    es: [busque] #", "es: [busque]",
			[]string{"a single text is wanted here"}},
		{"text for a part", "passport", "settle:\n", "settle: none\nx-settle:\n", "settle: none",
			[]string{"keys, each with its value"}},
		{"text for a list of parts", "passport", "answers:\n", "answers: none\nx-answers:\n", "answers: none",
			[]string{"a list is wanted"}},
		{"list for environments", "passport", "environments:\n", "environments: [a]\nx-environments:\n", "environments: [a]",
			[]string{"keys, each with its value"}},
		{"list for a query", "passport", "    single: true", "    single: true\n    query: [a]", "query:",
			[]string{"names and values"}},
		{"list in a query", "passport", "    single: true", "    single: true\n    query: {a: [b]}", "query:",
			[]string{"a single text"}},
		{"unknown anchor", "passport", "  by: none", "  by: *x", "", []string{"anchor"}},

		{"key of no field", "passport", "field: identification_number, n", "field: nit, n", "field: nit",
			[]string{`"nit" is no field of body.schema.json`}},
		{"key in a group", "connectfi", "field: customerReference, n", "field: \"businessRepresentatives[].reference\", n",
			"name: reference, label", []string{"is in a group", "JSONPath"}},
		{"key by field and path", "connectfi", "field: customer.businessFederalEin, n",
			"field: customer.businessFederalEin, path: $.customer.businessFederalEin, n", "name: ein",
			[]string{`the key "ein" needs a field or a path, one of them`}},
		{"key by nothing", "passport", "field: identification_number, n", "n", "name: nit",
			[]string{`the key "nit" needs a field or a path`}},
		{"two keys of one name", "connectfi", "name: ein,", "name: ssn,", "label: EIN", []string{`two keys are named "ssn"`}},
		{"key without a name", "passport", "{name: nit, label", "{label", "", []string{"the name of a key is missing"}},
		{"unknown way to normalise", "passport", "normalise: [digits]}", "normalise: [number]}", "normalise: [number]",
			[]string{`"number" is no way to normalise`, "digits"}},
		{"same of no field", "passport", "- {field: type}", "- {field: kind}", "field: kind", []string{`"kind" is no field`}},
		{"same in a group", "connectfi", "- {field: customerType}", "- {field: \"customer.phones[].type\"}",
			"customer.phones[].type", []string{"not on groups"}},
		{"secret of no field", "connectfi", "  - customer.identificationDocuments[].value",
			"  - customer.identificationDocuments[].number", "Documents[].number", []string{"is no field"}},
		{"secret with an index", "connectfi", "  - customer.identificationDocuments[].value",
			"  - customer.identificationDocuments[0].value", "Documents[0].value", []string{"is no field"}},
		{"display of no field", "passport", "- [business_name]", "- [businessName]", "businessName",
			[]string{`"businessName" is no field`}},
		{"renamed field that is none", "connectfi", "{field: customerReference, at: /reference}",
			"{field: ref, at: /reference}", "field: ref,", []string{`"ref" is no field`}},
		{"if_there that is no truth", "juicyway", "if_there: true", "if_there: yes", "if_there:",
			[]string{`"yes" is neither true nor false`}},

		{"JSONPath that is none", "connectfi", "[?@.type == 'SSN'].value", "[?@.type == 'SSN'", "name: ssn",
			[]string{`the path of key "ssn"`}},
		{"JSONPath through a name that is none", "connectfi", "$.customer.identificationDocuments[?",
			"$.customer.documents[?", "name: ssn", []string{`"customer.documents" is not in body.schema.json`}},
		{"JSONPath to a name that is none", "connectfi", "'SSN'].value", "'SSN'].number", "name: ssn",
			[]string{"identificationDocuments[].number"}},
		{"JSONPath to a group", "connectfi", "[?@.type == 'SSN'].value", "", "name: ssn",
			[]string{`"customer.identificationDocuments" is no single field`}},
		{"JSONPath into a leaf", "connectfi", "'SSN'].value", "'SSN'].value.x", "name: ssn", []string{"value.x"}},
		{"JSONPath to any depth", "connectfi", "$.customer.identificationDocuments[?@.type == 'SSN'].value", "$..value",
			"name: ssn", []string{"name each step"}},
		{"JSONPath of two names", "connectfi", "'SSN'].value", "'SSN']['value','type']", "name: ssn",
			[]string{"one selector a step"}},

		{"pointer without a slash", "passport", "  id: [/id]", "  id: [id]", "id: [id]", []string{`"id" is no JSON Pointer`}},
		{"pointer with a bare tilde", "passport", "  status: [/status]", "  status: [/a~b]", "/a~b",
			[]string{"is no JSON Pointer"}},
		{"pointer of a look-up", "juicyway", "    items: /data", "    items: data", "items: data",
			[]string{"is no JSON Pointer"}},
		{"pointer of a condition", "connectfi", "when: {at: /code, is: \"0\"}", "when: {at: code, is: \"0\"}", "at: code",
			[]string{"is no JSON Pointer"}},
		{"status of five digits", "passport", "status: [429]", "status: [42900]", "42900",
			[]string{`"42900" is no HTTP status`}},
		{"status of words", "passport", "status: [429]", "status: [busy]", "busy", []string{`"busy" is no HTTP status`}},
		{"status range turned round", "passport", "status: [5xx]", "status: [599-500]", "599-500",
			[]string{"is no HTTP status"}},
		{"status class that is none", "passport", "status: [5xx]", "status: [6xx]", "6xx", []string{"is no HTTP status"}},
		{"answer without a status", "passport", "{status: [429], verdict", "{verdict", "{verdict: throttled",
			[]string{"an answer needs its status"}},
		{"verdict that is none", "passport", "verdict: throttled", "verdict: slow", "verdict: slow",
			[]string{`"slow" is no verdict`, "throttled"}},
		{"verdict that is muster's own", "passport", "verdict: throttled", "verdict: unsent", "verdict: unsent",
			[]string{`"unsent" is no verdict`}},
		{"answer of an unknown key", "connectfi", "keys: [reference]", "keys: [ref]", "keys: [ref]",
			[]string{`"ref" is not among the keys`}},
		{"condition of neither", "connectfi", "when: {at: /code, prefix: ext}", "when: {at: /code}", "when: {at: /code}",
			[]string{"`is` or `prefix`"}},
		{"condition of both", "connectfi", "when: {at: /code, prefix: ext}", "when: {at: /code, is: a, prefix: ext}",
			"is: a", []string{"`is` or `prefix`"}},
		{"condition of nowhere", "connectfi", "when: {at: /code, prefix: ext}", "when: {prefix: ext}",
			"when: {prefix: ext}", []string{"`at`"}},

		{"name in capitals", "passport", "name: passport", "name: Passport", "name: Passport", []string{"a-z"}},
		{"path without a slash", "passport", "path: /v1/paas/entities/customers\n", "path: v1/customers\n",
			"path: v1/customers", []string{"must begin with /"}},
		{"timeout without a unit", "passport", "timeout: 60s", "timeout: 60", "timeout: 60", []string{"is no duration"}},
		{"timeout below nothing", "passport", "timeout: 60s", "timeout: -1s", "timeout: -1s", []string{"is no duration"}},
		{"base URL in clear", "passport", "base_url: https://", "base_url: http://", "base_url: http", []string{"https://"}},
		{"unknown environment", "passport", "  sandbox:", "  staging:", "", []string{`"staging"`, "sandbox and production"}},
		{"concurrency of words", "passport", "concurrency: 2", "concurrency: two", "concurrency: two",
			[]string{"a whole number is wanted"}},
		{"concurrency of none", "passport", "concurrency: 2", "concurrency: 0", "concurrency: 0",
			[]string{"environments.sandbox.concurrency is missing"}},
		{"rate that is none", "passport", "rate: 5/s", "rate: 5 a second", "rate: 5 a",
			[]string{"environments.sandbox.rate", "100/m"}},
		{"ready that is no secret", "passport", "ready: TOKEN", "ready: TOKENS", "ready: TOKENS",
			[]string{"not among auth.secrets"}},
		{"exchange with an unknown secret", "passport", "secret: CLIENT_ID}", "secret: CLIENT}", "secret: CLIENT}",
			[]string{`"CLIENT" is not among auth.secrets`}},
		{"member of both", "passport", "value: client_credentials", "secret: TOKEN, value: x", "value: x",
			[]string{"a secret or a value, one of them"}},
		{"member of neither", "passport", ", value: client_credentials", "", "/grant_type",
			[]string{"a secret or a value, one of them"}},
		{"look-up of an unknown key", "juicyway", "    key: email", "    key: mail", "key: mail",
			[]string{`"mail" is not among the keys`}},
		{"look-up without a place for the key", "juicyway", "query: {email: \"{key}\", limit", "query: {limit",
			"path: /customers\n    query", []string{"{key}"}},
		{"look-up without a place for the ID", "passport", "/customers/{id}", "/customers/{key}",
			"/customers/{key}", []string{"{id}"}},
		{"look-up with another variable", "juicyway", "path: /customers\n    query: {email",
			"path: /customers/{kind}\n    query: {email", "path: /customers/{kind}", []string{"nothing fills {kind}", "{key}"}},
		{"create with a variable", "passport", "path: /v1/paas/entities/customers\n  timeout",
			"path: /v1/{entity}/customers\n  timeout", "path: /v1/{entity}", []string{"nothing fills {entity}"}},
		{"absent by a status where it settles", "juicyway", "    found: [200]\n    items",
			"    found: [200]\n    absent: [404]\n    items", "by: look-up-then-resend", []string{"a wrong path answers alike"}},
		{"settle that is none", "passport", "by: none", "by: prayer", "by: prayer",
			[]string{`"prayer"`, "look-up-then-resend"}},
		{"settle by no look-up", "passport", "by: none", "by: look-up", "by: look-up", []string{"no look-up by a key"}},
		{"settle by a look-up by ID", "juicyway", "look_up: by-email", "look_up: by-id", "by: look-up",
			[]string{"no look-up by a key"}},
		{"resend without a window", "juicyway", "  window: 23h", "", "by: look-up-then-resend", []string{"settle.window"}},
		{"resend without a header", "juicyway", "  idempotency_header: Idempotency-Key\n", "", "by: look-up-then-resend",
			[]string{"create.idempotency_header"}},
		{"stand-in's IDs of neither", "passport", "ids: [{uuid: true}]", "ids: [{prefix: x_}]", "",
			[]string{"uuid: true or a length"}},
		{"stand-in's IDs of both", "passport", "ids: [{uuid: true}]", "ids: [{uuid: true, length: 3}]", "length: 3",
			[]string{"uuid: true or a length"}},
		{"stand-in's condition on no field", "connectfi", "at: /customerType, is: business", "at: /kind, is: business",
			"at: /kind", []string{`"kind" is no field`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := alteredFiles(t, tt.from, edit{yamlFile, tt.old, tt.new})
			place := yamlFile
			if tt.at != "" {
				place += lineOf(t, files[yamlFile], tt.at)
			}
			_, err := findIn(t, files)
			requireMistake(t, err, place, tt.says...)
		})
	}
}

// partOf is a part of an embedded provider.yaml: its key, and all that is
// indented below.
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

// Every part that muster cannot do without is asked for by its name.
func TestMissingParts(t *testing.T) {
	tests := []struct {
		name, from string
		cut        string // cut out of provider.yaml
		says       string
	}{
		{"name", "passport", "name: passport\n", "name is missing"},
		{"title", "passport", "title: Passport Fintech (Bre-B, Visionamos)\n", "title is missing"},
		{"create.method", "passport", "method: POST\n  path: /v1/paas/entities/customers\n", "create.method is missing"},
		{"create.path", "passport", "  path: /v1/paas/entities/customers\n", "create.path is missing"},
		{"create.timeout", "passport", "  timeout: 60s\n", "create.timeout is missing"},
		{"create", "juicyway", partOf(t, "juicyway", "create"), "create.method is missing"},
		{"keys", "passport", partOf(t, "passport", "keys"), "keys is missing"},
		{"same", "juicyway", partOf(t, "juicyway", "same"), "same is missing"},
		{"an answer that created", "juicyway", "  - {status: [201, 200], verdict: created}\n", "verdict created"},
		{"record.id", "passport", "  id: [/id]\n", "record.id is missing"},
		{"a look-up's record.id", "passport", "      id: [/id]\n", `look-up "by-id": record.id is missing`},
		{"a look-up's found", "juicyway", "    found: [200]\n", `look-up "by-email": found is missing`},
		{"a look-up's name", "passport", "name: by-id\n    ", "the name of a look-up is missing"},
		{"settle.by", "passport", "  by: none\n", "settle.by is missing"},
		{"settle", "passport", partOf(t, "passport", "settle"), "settle.by is missing"},
		{"standin.ids", "passport", "  ids: [{uuid: true}]\n", "standin.ids is missing"},
		{"environments", "passport", partOf(t, "passport", "environments"), "environments is missing"},
		{"an environment's concurrency", "passport", "    concurrency: 2\n", "environments.sandbox.concurrency is missing"},
		{"an environment's rate", "passport", "    rate: 5/s\n", "environments.sandbox.rate"},
		{"auth.header", "passport", "  header: Authorization\n", "auth.header is missing"},
		{"auth", "juicyway", partOf(t, "juicyway", "auth"), "auth.header is missing"},
		{"a token's source", "juicyway", "  ready: API_KEY\n", "auth needs an exchange, or ready"},
		{"the token of an exchange", "passport", "    token: [/access_token]\n", "auth.exchange.token is missing"},
		{"a secret's name", "passport", "name: CLIENT_ID\n      ", "the name of a secret is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := findIn(t, alteredFiles(t, tt.from, edit{yamlFile, tt.cut, ""}))
			requireMistake(t, err, yamlFile, tt.says)
		})
	}
	for _, whole := range []struct{ name, text, says string }{
		{"empty", "", "the file is empty"},
		{"blank", "\n  \n", "the file is empty"},
		{"comments", "# nothing yet\n", "the file is empty"},
		{"null", "~\n", "name is missing"},
	} {
		t.Run(whole.name, func(t *testing.T) {
			files := alteredFiles(t, "passport")
			files[yamlFile] = whole.text
			_, err := findIn(t, files)
			if err == nil || !strings.Contains(err.Error(), whole.says) {
				t.Errorf("%v: does not say %q", err, whole.says)
			}
		})
	}
}

// What --provider may name.
func TestFind(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Names(); !slices.Equal(got, []string{"connectfi", "juicyway", "passport"}) {
		t.Errorf("the names are %v", got)
	}
	for _, name := range set.Names() {
		found, err := set.Find(name)
		embedded, _ := set.Get(name)
		if err != nil || found != embedded || found.Provider().Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "provider.yaml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	halfway := filepath.Join(dir, "halfway")
	if err := os.Mkdir(halfway, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(halfway, "provider.yaml"), []byte("name: x"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, what, says, hint string }{
		{"unknown name", "acme", "there is no such provider", "connectfi, juicyway, passport"},
		{"name in capitals", "Passport", "there is no such provider", "passport"},
		{"nothing", "", "there is no such provider", "passport"},
		{"missing folder", filepath.Join(dir, "nowhere"), "no such file", "folder"},
		{"a file", file, "that is a file", "folder"},
		{"a folder without a definition", empty, "provider.yaml cannot be read", "examples"},
		{"a folder without a schema", halfway, "body.schema.json cannot be read", "examples"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := set.Find(tt.what)
			var refused *pipeline.Mistake
			if !errors.As(err, &refused) {
				t.Fatalf("%v", err)
			}
			if refused.Place != (pipeline.Place{Kind: "definition", File: tt.what}) ||
				!strings.Contains(err.Error(), tt.says) || !strings.Contains(refused.Hint.String(), tt.hint) {
				t.Errorf("%v (%s): does not say %q, %q", err, refused.Hint.String(), tt.says, tt.hint)
			}
		})
	}
}

// What is known of a provider stands beside its definition, for people: it is
// not exported with it.
func TestFactsAreNoPartOfADefinition(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		name := d.Provider().Name
		if _, err := os.Stat("providers/" + name + "/FACTS.md"); err != nil {
			t.Error(err)
		}
		files, err := d.Files()
		if err != nil || !slices.Contains(files, yamlFile) || slices.Contains(files, "FACTS.md") {
			t.Errorf("%s: %v, %v", name, files, err)
		}
	}
}

// A folder beside the program is as good as what comes with it: exported and
// loaded again, a definition is the same.
func TestDefinitionsFromFoldersAreTheSame(t *testing.T) {
	for _, d := range embeddedDefinitions(t) {
		name := d.Provider().Name
		again, err := findIn(t, alteredFiles(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again.Provider().Digest != d.Provider().Digest || len(d.Provider().Digest) != 64 {
			t.Errorf("%s: the digest is %s, and %s from a folder", name, d.Provider().Digest, again.Provider().Digest)
		}
		if !slices.Equal(again.Columns(), d.Columns()) {
			t.Errorf("%s: other columns from a folder", name)
		}
	}
}

// Scalars are taken as they are spelled: NO is Norway, 012 has its zero.
func TestTextsAreTakenAsTheyAreSpelled(t *testing.T) {
	d, err := findIn(t, alteredFiles(t, "passport",
		edit{yamlFile, "title: Passport Fintech (Bre-B, Visionamos)", "title: NO"},
		edit{yamlFile, "status: 400, code: invalid_data", "status: 400, code: 012"}))
	if err != nil {
		t.Fatal(err)
	}
	if p := d.Provider(); p.Title != "NO" || p.Standin.Refused.Code != "012" {
		t.Errorf("title %q, code %q", p.Title, p.Standin.Refused.Code)
	}
}
