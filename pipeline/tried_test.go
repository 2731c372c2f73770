package pipeline_test

import (
	"testing"

	"muster/pipeline"
)

func TestTried(t *testing.T) {
	run := func(id, digest, env, base string, counts pipeline.Counts) pipeline.Run {
		return pipeline.Run{ID: id, Namespace: pipeline.Namespace{Provider: "acme", Env: env}, BaseURL: base,
			Digest: digest, Counts: counts}
	}
	made := pipeline.Counts{pipeline.Created: 3}
	const base = "https://api.acme.example"
	for _, c := range []struct {
		name string
		runs []pipeline.Run
		want string
	}{
		{"no run", nil, ""},
		{"the sandbox", []pipeline.Run{run("a", "d1", "sandbox", base, made)}, "a"},
		{"the last of two", []pipeline.Run{run("a", "d1", "sandbox", base, made),
			run("b", "d1", "production", base, pipeline.Counts{pipeline.Existing: 1})}, "b"},
		{"another definition", []pipeline.Run{run("a", "d2", "sandbox", base, made)}, ""},
		{"a rehearsal", []pipeline.Run{run("a", "d1", pipeline.EnvLocal, "local", made)}, ""},
		{"a stand-in", []pipeline.Run{run("a", "d1", "http://127.0.0.1:80", "http://127.0.0.1:80", made)}, ""},
		{"a tunnel to the sandbox", []pipeline.Run{run("a", "d1", "sandbox", "http://[::1]:80", made)}, "a"},
		{"nobody was made", []pipeline.Run{run("a", "d1", "sandbox", base, pipeline.Counts{pipeline.Known: 3,
			pipeline.Rejected: 1})}, ""},
		{"unfinished", []pipeline.Run{run("a", "d1", "sandbox", base, nil)}, ""},
	} {
		if last, ok := pipeline.Tried(c.runs, "d1"); last.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s: run %q, %t", c.name, last.ID, ok)
		}
	}
}
