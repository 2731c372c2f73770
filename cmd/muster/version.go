package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
)

// build is what the go command recorded about this build.
type build struct {
	version  string
	revision string // of the sources; "" when it was not recorded
	time     string // of that revision
	dirty    bool   // the sources differed from the revision
	sum      string // of the module, h1:...; "" for a build from a checkout
}

// unknownVersion is the version of a build without a recorded version and revision: by go run, go test, or with
// -buildvcs=false.
const unknownVersion = "unknown"

func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{version: unknownVersion}
	}
	return buildOf(info)
}

// buildOf reads what the go command recorded. A build from a checkout is named by its tag, or by the time and
// revision of its commit.
func buildOf(info *debug.BuildInfo) build {
	b := build{version: info.Main.Version, sum: info.Main.Sum}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.time":
			b.time = s.Value
		case "vcs.modified":
			b.dirty = s.Value == "true"
		}
	}
	if b.version == "" || b.version == "(devel)" {
		b.version = unknownVersion
		if len(b.revision) >= 12 { // the version was removed, or an older go command made it
			b.version = "v0.0.0-" + b.revision[:12]
			if b.dirty {
				b.version += "+dirty"
			}
		}
	}
	return b
}

// version is the module's version, or that of the tag or revision it was built from.
func version() string { return thisBuild().version }

func (p *program) versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "version", Short: p.sentence("command.version_short"),
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			b := thisBuild()
			if asJSON {
				p.print(jsonlines.Version{Version: b.version, Go: runtime.Version(), OS: runtime.GOOS,
					Arch: runtime.GOARCH, Revision: b.revision, Time: b.time, Modified: b.dirty, Sum: b.sum})
				return nil
			}
			return p.printVersion()
		}}
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	return c
}

// printVersion prints the build in words.
func (p *program) printVersion() error {
	_, err := fmt.Fprintln(p.stdout, strings.Join(p.buildLines(thisBuild()), "\n"))
	return err
}

// buildLines are a build in words.
func (p *program) buildLines(b build) []string {
	lines := []string{p.sentence("cmd_version.version", "version", b.version)}
	switch {
	case b.revision == "":
		lines = append(lines, p.sentence("cmd_version.revision_unknown"))
	case b.dirty:
		lines = append(lines, p.sentence("cmd_version.revision_changed", "revision", b.revision, "time", b.time))
	default:
		lines = append(lines, p.sentence("cmd_version.revision", "revision", b.revision, "time", b.time))
	}
	if b.sum != "" {
		lines = append(lines, p.sentence("cmd_version.sum", "sum", b.sum))
	}
	return append(lines, p.sentence("cmd_version.built_by", "compiler", runtime.Version(),
		"system", runtime.GOOS+"/"+runtime.GOARCH))
}
