package submit

import (
	"encoding/json"
	"slices"

	"muster/pipeline"
)

// wrapped is a row's body inside what the definition puts around it.
func (c *Client) wrapped(in *pipeline.Intent) ([]byte, error) {
	w := &c.provider.Wrap
	if w.Under == "" && len(w.Around) == 0 || len(in.Body) == 0 {
		return in.Body, nil
	}
	var row any = json.RawMessage(in.Body) // unchanged, when nothing is put into it
	if slices.ContainsFunc(w.Around, func(p pipeline.BodyPart) bool { return w.Beside(p.At) }) {
		var ok bool
		if row, ok = decode(in.Body); !ok {
			return nil, pipeline.Fail("provider.no_body")
		}
	}
	doc := w.Under.Set(map[string]any{}, row)
	own := map[string]string{pipeline.VariableIdempotencyKey: in.IdempotencyKey}
	for _, p := range w.Around {
		value := expand(p.Value, func(name string) (string, bool) { return c.variable(own, name) }, asItIs)
		if p.Secret != "" {
			value = c.secrets[p.Secret]
		}
		doc = p.At.Set(doc, value)
	}
	return pipeline.EncodeJSON(doc)
}

// inWrap are the tokens of a provider's field name below the wrapping.
func (n *fieldNames) inWrap(asked []string) []string {
	under := n.provider.Wrap.Under.Tokens()
	if len(asked) <= len(under) {
		return asked
	}
	for i, t := range under {
		if asked[i] != t {
			return asked
		}
	}
	return asked[len(under):]
}
