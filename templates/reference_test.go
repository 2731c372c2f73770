package templates

import (
	"bytes"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// TestReferenceIsTheFormat compares the reference with the parser: every key is in it once, with a text in both
// languages, and no other.
func TestReferenceIsTheFormat(t *testing.T) {
	keys, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for _, k := range keys {
		switch {
		case explained[k.At]:
			t.Errorf("%s is there twice", k.At)
		case k.Kind == "":
			t.Errorf("%s is no key of provider.yaml", k.At)
		case k.Help["en"] == "" || k.Help["es"] == "" || len(k.Help) != 2:
			t.Errorf("%s: %v", k.At, k.Help)
		}
		explained[k.At] = true
	}
	for _, k := range keysOf(reflect.TypeFor[yamlDefinition]()) {
		if !explained[k.At] {
			t.Errorf("%s is not explained", k.At)
		}
	}
}

// TestWhatTheReferenceCallsRequiredIs removes each required key from the embedded definitions, in every place: none
// is accepted without it.
func TestWhatTheReferenceCallsRequiredIs(t *testing.T) {
	keys, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]int{}
	for _, name := range set.Names() {
		def, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		if def.base != nil {
			continue // its base has what it lacks
		}
		raw, err := def.File(yamlFile)
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, "\nsettings: [{name: ACCOUNT, help: your account}]\n"+
			"sign: {algorithm: hmac-sha256, text: \"{body}\", headers: {X-Signature: \"{signature}\"}, key: "+
			def.Provider().Auth.Secrets[0].Name+"}\n"...)
		for _, k := range keys {
			if !k.Must {
				continue
			}
			for n := 0; ; n++ {
				var document yaml.Node
				if err := yaml.Unmarshal(raw, &document); err != nil {
					t.Fatal(err)
				}
				if !removeKey(&document, k.At, n) {
					break
				}
				met[k.At]++
				without, err := yaml.Marshal(&document)
				if err != nil {
					t.Fatal(err)
				}
				files := overlay{def.files, map[string][]byte{yamlFile: without}}
				if _, err := load(files, name); err == nil {
					t.Errorf("%s: taken without %s", name, k.At)
				}
			}
		}
	}
	for _, k := range keys {
		if k.Must && met[k.At] == 0 {
			t.Errorf("%s is in no embedded definition", k.At)
		}
	}
}

// overlay is a folder with some files replaced.
type overlay struct {
	fs.FS
	files map[string][]byte
}

func (o overlay) ReadFile(name string) ([]byte, error) {
	if text, ok := o.files[name]; ok {
		return text, nil
	}
	return fs.ReadFile(o.FS, name)
}

// placesOf are the places where a part occurs.
var placesOf = map[string][]string{
	"call": {"create", "auth.exchange", "look_ups[]"}, "record": {"record", "look_ups[].record"},
	"when": {"answers[].when", "standin.ids[].when"}, "member": {"auth.exchange.body[]", "standin.success[]"},
	"error": {"standin.refused", "standin.unauthorized", "standin.not_found"}, "environment": {"environments.*"},
}

// removeKey removes the n-th key at that place; false when there are fewer.
func removeKey(document *yaml.Node, at string, n int) bool {
	part, rest, _ := strings.Cut(at, ".")
	for _, place := range placesOf[part] {
		if rest == "" {
			break
		}
		if removeAt(document.Content[0], strings.Split(place+"."+rest, "."), &n) {
			return true
		}
	}
	return len(placesOf[part]) == 0 && removeAt(document.Content[0], strings.Split(at, "."), &n) ||
		rest == "" && removeAt(document.Content[0], strings.Split(at, "."), &n)
}

func removeAt(node *yaml.Node, path []string, n *int) bool {
	if node.Kind == yaml.AliasNode || node.Kind != yaml.MappingNode {
		return false
	}
	name, list := strings.CutSuffix(path[0], "[]")
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value != name && name != "*" {
			continue
		}
		value := node.Content[i+1]
		if len(path) == 1 {
			if *n == 0 {
				node.Content = append(node.Content[:i:i], node.Content[i+2:]...)
				return true
			}
			*n--
			continue
		}
		below := []*yaml.Node{value}
		if list {
			below = value.Content
		}
		for _, b := range below {
			if removeAt(b, path[1:], n) {
				return true
			}
		}
	}
	return false
}

// TestEditorSchema: the schema for editors accepts the embedded definitions, and neither an unknown key nor a file
// without a required one.
func TestEditorSchema(t *testing.T) {
	raw, err := EditorSchema("es")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("provider.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("provider.json")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		def, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := def.File(yamlFile)
		if err != nil {
			t.Fatal(err)
		}
		for change, taken := range map[string]bool{"": true, "titel: x\n": false, "verdict: maybe": false} {
			var document map[string]any
			changed := change + string(text)
			if strings.HasPrefix(change, "verdict") {
				if def.base != nil {
					continue // it has no answers of its own
				}
				changed = strings.Replace(string(text), "verdict: created", change, 1)
			}
			if err := yaml.Unmarshal([]byte(changed), &document); err != nil {
				t.Fatal(err)
			}
			if err := compiled.Validate(document); (err == nil) != taken {
				t.Errorf("%s with %q: %v", name, change, err)
			}
		}
		var document map[string]any
		if err := yaml.Unmarshal(text, &document); err != nil {
			t.Fatal(err)
		}
		delete(document, "settle")
		if taken := compiled.Validate(document) == nil; taken != (def.base != nil) {
			t.Errorf("%s is taken without settle: %v", name, taken)
		}
	}
}
