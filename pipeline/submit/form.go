package submit

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Shared by all requests, because net/http only reads header values.
var (
	jsonType = []string{"application/json"}
	formType = []string{"application/x-www-form-urlencoded"}
)

// contentType is the media type of a body.
func contentType(e pipeline.Encoding) []string {
	if e == pipeline.EncodingJSON {
		return jsonType
	}
	return formType
}

// encodeForm writes a JSON object as a form, its names in alphabetical order, so that the same object always gives
// the same form; a body that is to be JSON is returned unchanged.
func encodeForm(body []byte, e pipeline.Encoding, names pipeline.ListNames) ([]byte, error) {
	if e == pipeline.EncodingJSON || body == nil {
		return body, nil
	}
	doc, ok := decode(body)
	if !ok {
		return nil, pipeline.Fail("provider.no_body")
	}
	w := formWriter{dots: e == pipeline.EncodingFormDots, names: names}
	w.value("", doc)
	return []byte(w.b.String()), nil
}

type formWriter struct {
	b     strings.Builder
	dots  bool // between the names of objects and their members
	names pipeline.ListNames
}

func (w *formWriter) value(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(v)) {
			at := member
			switch {
			case name == "":
			case w.dots:
				at = name + "." + member
			default:
				at = name + "[" + member + "]"
			}
			w.value(at, v[member])
		}
	case []any:
		for i, item := range v {
			w.value(w.item(name, i, item), item)
		}
	case string:
		w.pair(name, v)
	case bool:
		w.pair(name, strconv.FormatBool(v))
	case json.Number:
		w.pair(name, v.String())
	case float64:
		w.pair(name, strconv.FormatFloat(v, 'f', -1, 64))
	}
}

// item is the name of a value in a list. Objects in a list always get an index, or nothing would say which members
// belong together.
func (w *formWriter) item(name string, i int, item any) string {
	_, object := item.(map[string]any)
	switch {
	case object || w.names == pipeline.ListIndexes:
		return name + "[" + strconv.Itoa(i) + "]"
	case w.names == pipeline.ListBrackets:
		return name + "[]"
	}
	return name
}

func (w *formWriter) pair(name, value string) {
	if w.b.Len() > 0 {
		w.b.WriteByte('&')
	}
	w.b.WriteString(escape(name))
	w.b.WriteByte('=')
	w.b.WriteString(escape(value))
}
