package templates_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/templates"
)

// requests are the bodies of a definition's example rows; spelled gives the names of columns.
func requests(t *testing.T, d *templates.Definition, records [][]string, spelled func(string) string) []string {
	t.Helper()
	var paths []string
	for _, column := range records[0] {
		paths = append(paths, spelled(column))
	}
	s := newSheet(t, d, paths...)
	var all []string
	for _, record := range records[1:] {
		cells := map[string]string{}
		for i, path := range paths {
			cells[path] = record[i]
		}
		all = append(all, s.body(t, cells))
	}
	return all
}

// A field that is renamed in an exported definition or in an overlay is renamed in the requests, and nothing else
// changes: not a byte of the bodies, not the call, not the name under which customers are known.
func TestARenamedFieldChangesThatFieldOnly(t *testing.T) {
	juicyway := embeddedDefinition(t, "juicyway")
	records := readRecords(t, juicyway, "example.csv")
	before := requests(t, juicyway, records, func(path string) string { return path })
	renames := []edit{{schemaFile, `"phone": {`, `"mobile": {`},
		{schemaFile, `"email", "phone", "type"`, `"email", "mobile", "type"`}}
	for range 3 { // the record and both look-ups
		renames = append(renames, edit{yamlFile, "{field: phone, at", "{field: mobile, at"})
	}
	exported, err := findIn(t, alteredFiles(t, "juicyway", renames...))
	if err != nil {
		t.Fatal(err)
	}
	const patch = `{"properties": {"phone": null, "mobile": {"type": "string", "pattern": "^\\+[1-9][0-9]{6,14}$"}},
		"required": ["first_name", "last_name", "email", "mobile", "type", "billing_address"]}`
	const renamed = "[{field: mobile, at: /phone_number}]"
	overlay := mustFind(t, folders(t, map[string]string{patchFile: patch, yamlFile: "base: juicyway\n" +
		"record: {renamed: " + renamed + "}\nlook_ups:\n" +
		"  - {name: by-email, key: email, method: GET, path: /customers, query: {email: \"{key}\", limit: \"100\"},\n" +
		"     found: [200], items: /data, record: {id: [/id], renamed: " + renamed + "}}\n"}))
	for name, d := range map[string]*templates.Definition{"mobile": exported, "mobile of an overlay": overlay,
		"phone_number": embeddedDefinition(t, "juicyway-phone")} {
		field, _, _ := strings.Cut(name, " ")
		after := requests(t, d, records, func(path string) string {
			if path == "phone" {
				return field
			}
			return path
		})
		var want []string
		for _, body := range before {
			want = append(want, strings.Replace(body, `"phone":`, `"`+field+`":`, 1))
		}
		if diff := cmp.Diff(want, after); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		p, base := d.Provider(), juicyway.Provider()
		type call struct {
			Create     pipeline.Call
			Header     string
			Encoding   pipeline.Encoding
			Auth       pipeline.Auth
			Namespace  string
			Keys, Same any
		}
		of := func(p *pipeline.Provider) call {
			return call{p.Create, p.IdempotencyHeader, p.Encoding, p.Auth, p.Root().Name, p.Keys, p.Same}
		}
		if diff := cmp.Diff(of(base), of(p)); diff != "" {
			t.Errorf("%s (-juicyway +renamed):\n%s", name, diff)
		}
	}
}
