package templates

import (
	_ "embed"
	"reflect"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

//go:embed reference.yaml
var rawReference []byte

// KeyKind is the kind of value of a key in provider.yaml.
type KeyKind string

const (
	KindText   KeyKind = "text"
	KindTexts  KeyKind = "texts"  // a text, or a list of them
	KindPeople KeyKind = "people" // a text, or one for each language
	KindPairs  KeyKind = "pairs"  // names and their texts
	KindPart   KeyKind = "part"   // an object with keys of its own
	KindParts  KeyKind = "parts"  // a list of objects with keys of their own
	KindLists  KeyKind = "lists"  // a list of lists of texts
)

// ReferenceKey is what one key of provider.yaml means.
type ReferenceKey struct {
	// At is the key below its part, such as keys[].name or call.path; [] follows the name of a list.
	At      string
	Kind    KeyKind
	Must    bool
	Values  []string // all legal values; nil for any
	Help    pipeline.Localized
	Example string
	// Part is the name of the part that is the key's value, such as call; "" when the keys below it are listed with
	// it.
	Part string
}

// parts are the types in provider.yaml that occur in several places.
var parts = map[reflect.Type]string{
	reflect.TypeFor[yamlCall]():         "call",
	reflect.TypeFor[yamlRecord]():       "record",
	reflect.TypeFor[yamlCondition]():    "when",
	reflect.TypeFor[yamlBodyPart]():     "member",
	reflect.TypeFor[yamlStandinError](): "error",
	reflect.TypeFor[yamlEnvironment]():  "environment",
	reflect.TypeFor[yamlBasic]():        "basic",
}

// Reference explains every key of provider.yaml, in reading order. It may be called from several goroutines at once;
// the result must not be changed.
var Reference = sync.OnceValues(readReference)

func readReference() ([]ReferenceKey, error) {
	var all []struct {
		Key, Example, Values string
		Must                 bool
		Texts                map[string]string `yaml:",inline"`
	}
	if err := yaml.Unmarshal(rawReference, &all); err != nil {
		return nil, err
	}
	shape := map[string]ReferenceKey{}
	for _, k := range keysOf(reflect.TypeFor[yamlDefinition]()) {
		shape[k.At] = k
	}
	var keys []ReferenceKey
	for _, each := range all {
		k, ok := shape[each.Key]
		if !ok {
			k.At = each.Key // a test finds missing texts
		}
		k.Must, k.Example, k.Help = each.Must, each.Example, pipeline.Localized(each.Texts)
		switch each.Values {
		case "normalisers":
			k.Values = spelled(pipeline.Normalisers())
		case "encodings":
			k.Values = spelled(pipeline.Encodings())
		case "list_names":
			k.Values = spelled(pipeline.AllListNames())
		case "signed_calls":
			k.Values = spelled(pipeline.SignedCalls())
		case "sign_algorithms":
			k.Values = spelled(pipeline.SignAlgorithms())
		case "key_forms":
			k.Values = spelled(pipeline.KeyForms())
		case "binary_encodings":
			k.Values = spelled(pipeline.BinaryEncodings())
		case "time_forms":
			k.Values = spelled(pipeline.TimeForms())
		case "nonce_forms":
			k.Values = spelled(pipeline.NonceForms())
		case "digests":
			k.Values = spelled(pipeline.DigestAlgorithms())
		case "sign_parameters":
			k.Values = spelled(pipeline.SignParameters())
		case "await_verdicts":
			k.Values = spelled(pipeline.AwaitVerdicts())
		case "verdicts":
			k.Values = spelled(pipeline.AnswerVerdicts())
		case "settle":
			k.Values = spelled(pipeline.SettleBys())
		case "methods":
			k.Values = pipeline.CallMethods()
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// keysOf are the keys of a type of provider.yaml and of all below it.
func keysOf(t reflect.Type) []ReferenceKey {
	w := keyWalk{seen: map[reflect.Type]bool{}}
	w.fields(t, "")
	return w.keys
}

type keyWalk struct {
	keys []ReferenceKey
	seen map[reflect.Type]bool // parts that are already listed
}

func (w *keyWalk) fields(t reflect.Type, at string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			w.part(f.Type)
			continue
		}
		w.field(f.Type, strings.TrimPrefix(at+"."+keyName(f), "."))
	}
}

// keyName is how the YAML library spells a field.
func keyName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" {
		return name
	}
	return strings.ToLower(f.Name)
}

// part lists the keys of a part once, below its own name.
func (w *keyWalk) part(t reflect.Type) {
	if !w.seen[t] {
		w.seen[t] = true
		w.fields(t, parts[t])
	}
}

func (w *keyWalk) field(t reflect.Type, at string) {
	k := ReferenceKey{At: at}
	switch t {
	case reflect.TypeFor[text]():
		k.Kind = KindText
	case reflect.TypeFor[texts]():
		k.Kind = KindTexts
	case reflect.TypeFor[localText]():
		k.Kind = KindPeople
	case reflect.TypeFor[pairs]():
		k.Kind = KindPairs
	}
	if k.Kind != "" {
		w.keys = append(w.keys, k)
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		w.field(t.Elem(), at)
	case reflect.Map: // of parts by their names
		k.Kind, k.Part = KindPart, parts[t.Elem()]
		w.keys = append(w.keys, k)
		w.part(t.Elem())
	case reflect.Slice:
		w.list(t.Elem(), at+"[]")
	default:
		k.Kind = KindPart
		w.below(t, k)
	}
}

// list adds a list of something.
func (w *keyWalk) list(of reflect.Type, at string) {
	switch of {
	case reflect.TypeFor[localText]():
		w.keys = append(w.keys, ReferenceKey{At: at, Kind: KindPeople})
	case reflect.TypeFor[texts]():
		w.keys = append(w.keys, ReferenceKey{At: at, Kind: KindLists})
	default:
		w.below(of, ReferenceKey{At: at, Kind: KindParts})
	}
}

// below adds the value of a key, and its keys.
func (w *keyWalk) below(t reflect.Type, k ReferenceKey) {
	k.Part = parts[t]
	if embeds := slices.IndexFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.Anonymous }); embeds >= 0 {
		k.Part = parts[t.Field(embeds).Type]
	}
	w.keys = append(w.keys, k)
	if name, ok := parts[t]; ok && name != "" {
		w.part(t)
		return
	}
	w.fields(t, k.At)
}
