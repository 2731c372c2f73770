package submit

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// contentType is the media type of a body.
func contentType(e pipeline.Encoding) string {
	if e == pipeline.EncodingJSON {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}

// encodeForm writes a JSON object as a form, its names in the order of the alphabet,
// so that the same object is the same form; a body that is to be JSON stays as it is.
func encodeForm(body []byte, e pipeline.Encoding) ([]byte, error) {
	if e == pipeline.EncodingJSON || body == nil {
		return body, nil
	}
	doc, ok := decode(body)
	if !ok {
		return nil, pipeline.Fail("provider.no_body")
	}
	var b strings.Builder
	formValue(&b, "", doc, e)
	return []byte(b.String()), nil
}

func formValue(b *strings.Builder, name string, v any, e pipeline.Encoding) {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(v)) {
			at := member
			switch {
			case name == "":
			case e == pipeline.EncodingFormDots:
				at = name + "." + member
			default:
				at = name + "[" + member + "]"
			}
			formValue(b, at, v[member], e)
		}
	case []any:
		for i, item := range v {
			formValue(b, name+"["+strconv.Itoa(i)+"]", item, e)
		}
	case string:
		formPair(b, name, v)
	case bool:
		formPair(b, name, strconv.FormatBool(v))
	case json.Number:
		formPair(b, name, v.String())
	case float64:
		formPair(b, name, strconv.FormatFloat(v, 'f', -1, 64))
	}
}

func formPair(b *strings.Builder, name, value string) {
	if b.Len() > 0 {
		b.WriteByte('&')
	}
	b.WriteString(escape(name))
	b.WriteByte('=')
	b.WriteString(escape(value))
}
