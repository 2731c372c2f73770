package pipeline

import "strings"

// Variables are the names between braces in a template (RFC 6570, level 1), in order; a brace that is not closed ends
// the list.
func Variables(template string) []string {
	var names []string
	for {
		_, rest, found := strings.Cut(template, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return names
		}
		names = append(names, name)
		template = after
	}
}

// The variables of calls that are not a secret, a setting or a field.
const (
	VariableID             = "id"              // of a look-up by ID
	VariableKey            = "key"             // of a look-up by a key
	VariableIdempotencyKey = "idempotency_key" // of a create
	VariableTime           = "time"            // when the request is made, RFC 3339 in UTC
)
