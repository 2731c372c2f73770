package templates

import (
	"errors"
	"slices"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"muster/pipeline"
)

// leafOf is the index of the field that a JSONPath selects in a body: every name in it must be in the schema, and it
// must end at a leaf.
func leafOf(path *jsonpath.Path, fields []pipeline.Field) (int, error) {
	at := ""
	for _, segment := range path.Query().Segments() {
		if segment.IsDescendant() {
			return -1, pipeline.Fail("definition.path_descendant", "segment", segment.String())
		}
		selectors := segment.Selectors()
		if len(selectors) != 1 {
			return -1, pipeline.Fail("definition.path_selectors", "segment", segment.String())
		}
		switch s := selectors[0].(type) {
		case spec.Name:
			if at != "" {
				at += "."
			}
			at += string(s)
		default:
			at += "[]"
		}
		if !slices.ContainsFunc(fields, func(f pipeline.Field) bool {
			return f.Path == at || strings.HasPrefix(f.Path, at+".") || strings.HasPrefix(f.Path, at+"[")
		}) {
			return -1, pipeline.Fail("definition.path_unknown", "at", at, "file", schemaFile)
		}
	}
	i := slices.IndexFunc(fields, func(f pipeline.Field) bool { return f.Path == at })
	if i < 0 {
		return -1, pipeline.Fail("definition.path_not_leaf", "at", at)
	}
	return i, nil
}

// jsonpathFault is an error of the library, without its own name.
func jsonpathFault(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "jsonpath: ")) }

// keyFinder finds one key's value in a row.
type keyFinder struct {
	key  pipeline.Key
	path *jsonpath.Path // nil: by the field's path
	at   pipeline.Pointer
}

func keyFinders(p *pipeline.Provider) ([]keyFinder, error) {
	finders := make([]keyFinder, len(p.Keys))
	for i, k := range p.Keys {
		finders[i].key, finders[i].at = k, pipeline.PathPointer(k.Field)
		if k.Path != "" {
			path, err := jsonpath.Parse(k.Path)
			if err != nil {
				return nil, pipeline.Wrong("definition.key_path", "name", k.Name, "cause", jsonpathFault(err))
			}
			finders[i].path = path
		}
	}
	return finders, nil
}

// findKeys appends the keys in an instance. A path that selects several values gives several keys, each of which
// identifies the customer. Equal ones count once.
func findKeys(finders []keyFinder, instance any, t *textMaker, keys []pipeline.KeyValue) []pipeline.KeyValue {
	for i := range finders {
		f := &finders[i]
		var values []any
		if f.path != nil {
			values = f.path.Select(instance)
		} else if v, ok := f.at.Get(instance); ok {
			values = []any{v}
		}
		for _, v := range values {
			if s, ok := pipeline.Pointer("").Text(v); ok {
				keys = f.add(i, s, t, keys)
			}
		}
	}
	return keys
}

// add appends the i-th key with that value, unless it is there already.
func (f *keyFinder) add(i int, value string, t *textMaker, keys []pipeline.KeyValue) []pipeline.KeyValue {
	n := t.normalised(f.key.Normalise, value)
	if n == "" {
		return keys
	}
	for j := range keys {
		if k := &keys[j]; k.Key == i && k.Normalised == n {
			return keys
		}
	}
	return append(keys, pipeline.KeyValue{Key: i, Value: value, Normalised: n})
}
