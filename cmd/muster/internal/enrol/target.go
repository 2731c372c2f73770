package enrol

import "muster/pipeline"

// Target is where the requests of a run go, with its names for people.
type Target struct {
	pipeline.Target
	Title string // the provider's, for people
}

// Rehearsal reports whether requests go to the built-in stand-in.
func (t Target) Rehearsal() bool { return t.Namespace.Rehearsal() }

// Place names where requests go: the provider, the environment, the host.
func (t Target) Place() *pipeline.Message {
	switch {
	case t.Rehearsal():
		return pipeline.Say("enrol.at_standin", "provider", t.Title)
	case t.Namespace.Env == t.BaseURL:
		return pipeline.Say("enrol.at_url", "provider", t.Title, "url", t.BaseURL)
	}
	place := pipeline.Say("enrol.at_env", "provider", t.Title, "env", t.Namespace.Env, "url", t.BaseURL)
	if t.AuthURL != "" {
		return pipeline.Say("enrol.with_tokens_at", "place", place, "url", t.AuthURL)
	}
	return place
}
