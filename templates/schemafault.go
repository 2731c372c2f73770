package templates

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"muster/pipeline"
)

// schemaFaults is what the schema library has against a schema, each mistake with its line; none for a nil error.
// known says that other mistakes were found already, from which an error without a place may follow.
func schemaFaults(root *jsonNode, err error, known bool) (all pipeline.Mistakes) {
	if err == nil {
		return nil
	}
	var (
		invalid *jsonschema.SchemaValidationError
		tree    *jsonschema.ValidationError
	)
	if !errors.As(err, &invalid) || !errors.As(invalid.Err, &tree) {
		if known {
			return nil
		}
		return mistakesIn(faultIn(schemaFile, 0, "definition.schema", "reason", err.Error()))
	}
	for _, leaf := range leafErrors(tree) {
		all = addNew(all, pipeline.Mistakes{schemaFault(root, leaf)})
	}
	return all
}

// addNew appends the mistakes that differ from those before them.
func addNew(all, more pipeline.Mistakes) pipeline.Mistakes {
	for _, m := range more {
		if !slices.ContainsFunc(all, func(other *pipeline.Mistake) bool { return other.Error() == m.Error() }) {
			all = append(all, m)
		}
	}
	return all
}

// leafErrors are the errors that have no others as their causes. Of alternatives that all fail, the first one's count.
func leafErrors(e *jsonschema.ValidationError) (all []*jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		if len(e.Causes) > 0 {
			return leafErrors(e.Causes[0])
		}
	}
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	for _, cause := range e.Causes {
		all = append(all, leafErrors(cause)...)
	}
	return all
}

// schemaFault is one thing that JSON Schema does not allow in a schema.
func schemaFault(root *jsonNode, e *jsonschema.ValidationError) *pipeline.Mistake {
	at, line := root, root.line
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, token := range e.InstanceLocation {
		if at = at.find(pipeline.Pointer("/" + escape.Replace(token))); at == nil {
			break
		}
		line = at.line
	}
	cause := func(why any) *pipeline.Mistake {
		return pipeline.Wrong("definition.schema_at", "at", strings.Join(e.InstanceLocation, "."), "cause", why).
			At(pipeline.Place{File: schemaFile, Line: line})
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Format:
		if _, ok := k.Err.(pipeline.Worded); ok { // of a pattern
			return cause(k.Err)
		}
		return cause(pipeline.Say("definition.schema_format", "format", k.Want))
	case *kind.Type:
		return cause(pipeline.Say("definition.schema_type", "got", k.Got, "want", k.Want))
	case *kind.Enum:
		if got, ok := k.Got.(string); ok {
			var names []string
			for _, want := range k.Want {
				if name, ok := want.(string); ok {
					names = append(names, name)
				}
			}
			m := cause(pipeline.Say("definition.schema_word", "text", got))
			if meant := pipeline.Meant(got, names); meant != "" {
				return m.Try("definition.try_name", "name", meant)
			}
			return m.Try("definition.try_one_of", "names", names)
		}
	case *kind.Minimum:
		return cause(pipeline.Say("definition.schema_least", "least", float(k.Want)))
	case *kind.ExclusiveMinimum:
		return cause(pipeline.Say("definition.schema_above", "bound", float(k.Want)))
	case *kind.MinItems:
		return cause(pipeline.Say("definition.schema_items", "least", k.Want))
	case *kind.UniqueItems:
		return cause(pipeline.Say("definition.schema_repeats", "entry", k.Duplicates[1]+1, "other", k.Duplicates[0]+1))
	}
	return cause(pipeline.Say("definition.schema_refused"))
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}
