package templates

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// wrap compiles what is around a row's body, and beside its fields; secret notes the use of a secret.
func (y *yamlDefinition) wrap(r *reader, p *pipeline.Provider, secret func(text, string) string) {
	in := y.Create
	p.Wrap = pipeline.Wrap{Under: r.pointer(in.Under), Around: bodyParts(r, in.Around)}
	if in.Under.s != "" && p.Encoding != pipeline.EncodingJSON {
		r.fail(in.Under.line, "definition.no_effect", "key", "create.under", "with", "encoding: "+in.Encoding.s)
	}
	inside := func(at string) bool {
		if under := in.Under.s; under != "" {
			beside, within := strings.CutPrefix(at, under+"/")
			if !within {
				return at == under || strings.HasPrefix(under, at+"/")
			}
			at = "/" + beside
		}
		return slices.ContainsFunc(p.Fields, func(f pipeline.Field) bool {
			own := string(pipeline.PathPointer(pipeline.PathPattern(f.Path)))
			return at == own || strings.HasPrefix(at, own+"/") || strings.HasPrefix(own, at+"/")
		})
	}
	known := append([]string{pipeline.VariableTime, pipeline.VariableIdempotencyKey}, variablesOf(p).settings...)
	for _, part := range in.Around {
		secret(part.Secret, "create.around[].secret")
		variablesOf(p).names(r, part.Value, "create", known)
		if inside(part.At.s) {
			r.fail(part.At.line, "definition.around_row", "at", part.At.s)
		}
	}
}
