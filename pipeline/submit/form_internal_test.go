package submit

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// bodyOf draws a body as rows make them: texts, numbers as they are spelt, booleans, lists of one kind, and objects.
func bodyOf(depth int) *rapid.Generator[any] {
	text := rapid.OneOf(rapid.SampledFrom([]string{"a b", "a&b=c", "ñ", "[x]", "1.50", "%41", "+1"}), rapid.StringN(1, 8, 20))
	scalar := rapid.OneOf(rapid.Map(text, func(s string) any { return s }),
		rapid.Map(rapid.SampledFrom([]string{"12", "0.10", "-3", "12345678901234567890.123456789", "1e3"}),
			func(s string) any { return json.Number(s) }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }))
	list := rapid.Map(rapid.SliceOfN(scalar, 1, 3), func(all []any) any { return all })
	if depth == 0 {
		return rapid.OneOf(scalar, list)
	}
	object := rapid.Map(rapid.MapOfN(rapid.StringMatching(`[a-z_]{1,6}`), bodyOf(depth-1), 1, 3),
		func(m map[string]any) any { return m })
	objects := rapid.Map(rapid.SliceOfN(object, 1, 2), func(all []any) any { return all })
	return rapid.OneOf(scalar, list, object, objects)
}

// flat collects the leaves of a body under the names that the definition's kind of form gives them; for list values
// without an index it keeps the position.
func flat(name string, v any, dots bool, names pipeline.ListNames, out map[string][]string) {
	switch v := v.(type) {
	case map[string]any:
		for member, value := range v {
			switch {
			case name == "":
				flat(member, value, dots, names, out)
			case dots:
				flat(name+"."+member, value, dots, names, out)
			default:
				flat(name+"["+member+"]", value, dots, names, out)
			}
		}
	case []any:
		for i, item := range v {
			at := fmt.Sprintf("%s[%d]", name, i)
			if _, object := item.(map[string]any); !object && names == pipeline.ListBrackets {
				at = name + "[]"
			} else if !object && names == pipeline.ListRepeated {
				at = name
			}
			flat(at, item, dots, names, out)
		}
	default:
		out[name] = append(out[name], fmt.Sprint(v))
	}
}

// TestFormsSayWhatJSONSays: the form of every body has the same values under the same names, each spelt as in JSON,
// and its bytes are always the same.
func TestFormsSayWhatJSONSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		doc := rapid.MapOfN(rapid.StringMatching(`[a-z_]{1,6}`), bodyOf(2), 1, 4).Draw(rt, "body")
		body, err := pipeline.EncodeJSON(any(doc))
		if err != nil {
			rt.Fatal(err)
		}
		encoding := rapid.SampledFrom([]pipeline.Encoding{pipeline.EncodingForm, pipeline.EncodingFormDots}).Draw(rt, "encoding")
		names := rapid.SampledFrom([]pipeline.ListNames{pipeline.ListIndexes, pipeline.ListBrackets, pipeline.ListRepeated}).
			Draw(rt, "names")
		form, err := encodeForm(body, encoding, names)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := url.ParseQuery(string(form))
		if err != nil {
			rt.Fatalf("%s: %v", form, err)
		}
		want := map[string][]string{}
		flat("", any(doc), encoding == pipeline.EncodingFormDots, names, want)
		if !maps.EqualFunc(got, want, slices.Equal) {
			rt.Errorf("%s\nis %s\n     %v\nwant %v", body, form, got, want)
		}
		if again, _ := encodeForm(body, encoding, names); string(again) != string(form) {
			rt.Errorf("%s and %s", form, again)
		}
		if same, _ := encodeForm(body, pipeline.EncodingJSON, names); string(same) != string(body) {
			rt.Errorf("JSON is %s", same)
		}
		if strings.ContainsAny(string(form), " \n") {
			rt.Errorf("a form with white space: %q", form)
		}
	})
}
