package main

import (
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBuildOf: a build is named only by its module, tag or revision.
func TestBuildOf(t *testing.T) {
	const revision = "9d36e6da586355fd425f1d8f5139ab750168108b"
	const at = "2026-11-28T22:16:04Z"
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: revision},
			{Key: "vcs.time", Value: at}, {Key: "vcs.modified", Value: modified}}
	}
	for name, c := range map[string]struct {
		main     debug.Module
		settings []debug.BuildSetting
		want     build
	}{
		"module": {debug.Module{Version: "v1.2.3", Sum: "h1:abc="}, nil, build{version: "v1.2.3", sum: "h1:abc="}},
		"tag": {debug.Module{Version: "v1.2.3"}, vcs("false"),
			build{version: "v1.2.3", revision: revision, time: at}},
		"revision": {debug.Module{Version: "v0.0.0-20261128221604-9d36e6da5863"}, vcs("false"),
			build{version: "v0.0.0-20261128221604-9d36e6da5863", revision: revision, time: at}},
		"revision without a version": {debug.Module{Version: "(devel)"}, vcs("false"),
			build{version: "v0.0.0-9d36e6da5863", revision: revision, time: at}},
		"changed sources": {debug.Module{Version: "(devel)"}, vcs("true"),
			build{version: "v0.0.0-9d36e6da5863+dirty", revision: revision, time: at, dirty: true}},
		"go run":         {debug.Module{Version: "(devel)"}, nil, build{version: "unknown"}},
		"no information": {debug.Module{}, nil, build{version: "unknown"}},
	} {
		got := buildOf(&debug.BuildInfo{Main: c.main, Settings: c.settings})
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(build{})); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}
