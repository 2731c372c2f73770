package enrol

import (
	"fmt"

	"muster/pipeline"
)

// Target is where the requests of a run go, with the words for it.
type Target struct {
	pipeline.Target
	Title string // the provider's, for people
}

// Rehearsal says that requests go to the built-in stand-in.
func (t Target) Rehearsal() bool { return t.Namespace.Rehearsal() }

// Place names where requests go: the provider, the environment, the host.
func (t Target) Place() string {
	switch {
	case t.Rehearsal():
		return "the built-in stand-in of " + t.Title
	case t.Namespace.Env == t.BaseURL:
		return t.Title + " at " + t.BaseURL
	}
	return fmt.Sprintf("%s, %s, at %s", t.Title, t.Namespace.Env, t.BaseURL)
}
