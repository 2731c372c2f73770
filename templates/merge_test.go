package templates_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

const patchFile = "body.patch.json"

// folders writes files, each at its path below a new folder, and returns the folder.
func folders(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func found(t *testing.T, folder string) (*templates.Definition, error) {
	t.Helper()
	set, err := embeddedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return set.Find(folder)
}

func mustFind(t *testing.T, folder string) *templates.Definition {
	t.Helper()
	d, err := found(t, folder)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// An empty overlay is its base: the same requests, and the same digest.
func TestAnEmptyOverlayIsItsBase(t *testing.T) {
	for _, name := range []string{"passport", "juicyway", "connectfi", "passport-link"} {
		base := embeddedDefinition(t, name)
		d := mustFind(t, folders(t, map[string]string{yamlFile: "base: " + name + "\n"}))
		if d.Provider().Digest != base.Provider().Digest || d.Provider().Name != name ||
			d.Provider().Root() != base.Provider().Root() || !slices.Equal(d.Columns(), base.Columns()) {
			t.Errorf("%s is another definition: %s", name, d.Provider().Digest)
		}
	}
}

// An overlay replaces values of its base key by key.
func TestAnOverlayChangesWhatItSays(t *testing.T) {
	d := mustFind(t, folders(t, map[string]string{
		"mine/" + yamlFile: "base: ../theirs\ntitle: Mine\nenvironments: {production: null, sandbox: {rate: 9/s}}\n",
		"mine/" + patchFile: `{"properties": {"nickname": {"type": "string", "title": "Nickname"},
			"phone": null, "telephone": {"type": "string"}}, "required": ["first_name", "email"]}`,
		"theirs/" + yamlFile: "base: juicyway\nname: theirs\nrecord: {renamed: null}\n" +
			"look_ups: [{name: by-email, key: email, method: GET, path: /c, query: {email: \"{key}\"}, found: [200]," +
			" items: /data, record: {id: [/id]}}]\ncreate:\n  headers: {X-Theirs: \"1\"}\n",
	})+"/mine").Provider()
	base := embeddedDefinition(t, "juicyway").Provider()
	if len(d.Environments) != 1 || d.Environments[0].Limit.Rate.N != 9 || d.Environments[0].Limit.Concurrency != 4 ||
		d.Environments[0].BaseURL != base.Environments[0].BaseURL {
		t.Errorf("the environments are %+v", d.Environments)
	}
	if d.Title != "Mine" || d.Name != "theirs" || d.Root() != base || d.Create.Path != base.Create.Path ||
		len(d.Create.Headers) != 1 || len(d.LookUps) != 1 || len(d.Record.Renamed) != 0 ||
		len(d.Answers) != len(base.Answers) {
		t.Errorf("%+v", d)
	}
	var paths []string
	for _, f := range d.Fields[:6] {
		paths = append(paths, f.Path)
	}
	want := []string{"first_name", "last_name", "email", "telephone", "type", "billing_address.line1"}
	if last := d.Fields[len(d.Fields)-1].Path; !slices.Equal(paths, want) || last != "nickname" {
		t.Errorf("the fields are %q ... %s", paths, last)
	}
	if d.Digest == base.Digest || len(d.Digest) != 64 {
		t.Errorf("the digest is %q", d.Digest)
	}
}

// Mistakes have the file and line of the value, in the overlay or in its base.
func TestMistakesInAnOverlay(t *testing.T) {
	juicyway := alteredFiles(t, "juicyway")
	lineOf := func(file, text string) int { return 1 + strings.Count(file[:strings.Index(file, text)], "\n") }
	keys := lineOf(juicyway[yamlFile], "- {name: email")
	phone := lineOf(juicyway[yamlFile], "- {field: phone, at: /phone_number}")
	broken := strings.Replace(juicyway[yamlFile], "verdict: throttled", "verdict: slow", 1)
	with := func(overlay string, files ...string) map[string]string {
		all := map[string]string{"mine/" + yamlFile: overlay}
		for i := 0; i < len(files); i += 2 {
			all[files[i]] = files[i+1]
		}
		return all
	}
	schema := "theirs/" + schemaFile
	for _, c := range []struct {
		name  string
		files map[string]string
		file  string
		line  int
		code  pipeline.MessageCode
	}{
		{"an unknown key", with("base: juicyway\nkeyz: []\n"), "mine/provider.yaml", 2, "definition.unknown_key"},
		{"no base of that name", with("title: x\nbase: juicway\n"), "mine/provider.yaml", 2, "definition.unknown_base"},
		{"no base at all", with("base:\n"), "mine/provider.yaml", 1, "definition.missing"},
		{"no such folder", with("base: ../them\n"), "mine/provider.yaml", 1, "definition.unreadable"},
		{"a file", with("base: ./" + yamlFile + "\n"), "mine/provider.yaml", 1, "definition.is_a_file"},
		{"itself", with("base: ../mine\n"), "mine/provider.yaml", 1, "definition.base_loop"},
		{"a loop", with("base: ../theirs\n", "theirs/"+yamlFile, "title: x\nbase: ../mine\n"), "theirs/provider.yaml", 2,
			"definition.base_loop"},
		{"nothing to take out", with("base: juicyway\nsettle:\n  windows: null\n"), "mine/provider.yaml", 3,
			"definition.unknown_key"},
		{"nothing there to take out", with("base: juicyway\ncreate:\n  query: null\n"), "mine/provider.yaml", 3,
			"definition.nothing_to_take_out"},
		{"what must stay", with("base: juicyway\ncreate: {method: null}\n"), "juicyway/provider.yaml",
			lineOf(juicyway[yamlFile], "  path: /customers\n"), "definition.missing"},
		{"a value of the overlay", with("base: juicyway\n\ncreate: {path: customers}\n"), "mine/provider.yaml", 3,
			"definition.path_form"},
		{"other keys", with("base: juicyway\nkeys:\n  - {name: phone, field: phone}\n"), "mine/provider.yaml", 3,
			"definition.keys_of_base"},
		{"keys compared otherwise", with("base: juicyway\nkeys:\n  - {name: email, field: email}\n"), "mine/provider.yaml",
			3, "definition.keys_of_base"},
		{"a key more", with("base: juicyway\nkeys:\n  - {name: email, field: email, normalise: [lower]}\n" +
			"  - {name: phone, field: phone}\n"), "mine/provider.yaml", 4, "definition.keys_of_base"},
		{"a key without its field", with("base: ../theirs\n", "theirs/"+yamlFile, juicyway[yamlFile],
			schema, juicyway[schemaFile], "mine/"+patchFile,
			`{"properties": {"email": null}, "required": ["phone"]}`), "theirs/provider.yaml", keys,
			"definition.unknown_field"},
		{"a field that the base's record names", with("base: ../theirs\n", "theirs/"+yamlFile, juicyway[yamlFile],
			schema, juicyway[schemaFile], "mine/"+patchFile,
			`{"properties": {"phone": null}, "required": ["email"]}`), "theirs/provider.yaml", phone,
			"definition.unknown_field"},
		{"a mistake of the base", with("base: ../theirs\n", "theirs/"+yamlFile, broken, schema, juicyway[schemaFile]),
			"theirs/provider.yaml", lineOf(broken, "slow"), "definition.verdict"},
		{"the base has no schema", with("base: ../theirs\n", "theirs/"+yamlFile, juicyway[yamlFile]),
			"theirs/body.schema.json", 0, "definition.unreadable"},
		{"a keyword of the patch", with("base: juicyway\n", "mine/"+patchFile, "{\n\"kind\": 1}"),
			"mine/body.patch.json", 2, "definition.keyword"},
		{"nothing in the schema to take out", with("base: juicyway\n", "mine/"+patchFile,
			"{\"properties\": {\n\"fax\": null}}"), "mine/body.patch.json", 2, "definition.nothing_to_take_out"},
		{"a required field of the base", with("base: ../theirs\n", "theirs/"+yamlFile, juicyway[yamlFile], schema,
			juicyway[schemaFile], "mine/"+patchFile, `{"properties": {"first_name": null}}`), "theirs/body.schema.json",
			lineOf(juicyway[schemaFile], `["first_name", "last_name"`), "definition.unknown_required"},
		{"a patch beside a schema", with("base: juicyway\n", "mine/"+patchFile, "{}", "mine/"+schemaFile,
			juicyway[schemaFile]), "mine/body.patch.json", 0, "definition.patch_of_nothing"},
		{"a patch of nothing", with(juicyway[yamlFile], "mine/"+patchFile, "{}"), "mine/body.patch.json", 0,
			"definition.patch_of_nothing"},
		{"a patch that is a list", with("base: juicyway\n", "mine/"+patchFile, "[]"), "mine/body.patch.json", 1,
			"definition.not_an_object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folders(t, c.files)
			_, err := found(t, filepath.Join(dir, "mine"))
			m, ok := errors.AsType[*pipeline.Mistake](err)
			if all, several := errors.AsType[pipeline.Mistakes](err); several {
				m, ok = all[0], true
			}
			if !ok {
				t.Fatalf("%v", err)
			}
			file := strings.TrimPrefix(filepath.ToSlash(m.Place.File), filepath.ToSlash(dir)+"/")
			if file != c.file || m.Place.Line != c.line || m.What.Code != c.code || m.Hint == nil {
				t.Errorf("%s, line %d: %v; want %s, line %d: %s", file, m.Place.Line, m.What, c.file, c.line, c.code)
			}
		})
	}
}

// An overlay that is exported whole is the same definition, with the same base.
func TestAWholeOverlayIsTheSame(t *testing.T) {
	for _, name := range []string{"passport-link", "juicyway-phone", "connectfi"} {
		d := embeddedDefinition(t, name)
		whole, err := d.Texts(true)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		for file, text := range whole {
			files[file] = string(text)
		}
		if _, ok := files[patchFile]; ok || files["example.csv"] == "" {
			t.Errorf("%s: %d files", name, len(files))
		}
		again := mustFind(t, folders(t, files))
		if again.Provider().Digest != d.Provider().Digest ||
			d.Base() != nil && again.Provider().Root() != d.Provider().Root() {
			t.Errorf("%s: another definition:\n%s", name, files[yamlFile])
		}
	}
}
