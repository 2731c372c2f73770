package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline/wording"
)

// everyCommand calls each for muster and every command below it, in a language, with its page of help.
func everyCommand(t *testing.T, tag string, each func(c *cobra.Command, page string)) {
	t.Helper()
	p, stdout, _ := newTestProgram(t, nil, "")
	p.speak(settings.Language{Tag: tag})
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		stdout.Reset()
		if err := c.Help(); err != nil {
			t.Fatal(err)
		}
		each(c, stdout.String())
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(p.commands())
}

// TestHelpPages: every page of help is complete and fits a terminal, in every language, and its commands and flags
// are the same in all.
func TestHelpPages(t *testing.T) {
	code := regexp.MustCompile(`\b(command|cmd_[a-z]+|words|report)\.[a-z_]{4,}`)
	called := map[string][]string{}
	for _, tag := range wording.Languages() {
		everyCommand(t, tag, func(c *cobra.Command, page string) {
			at := tag + ": " + c.CommandPath()
			called[tag] = append(called[tag], c.CommandPath())
			if first, _ := utf8.DecodeRuneInString(c.Short); !unicode.IsUpper(first) ||
				strings.HasSuffix(c.Short, ".") {
				t.Errorf("%s: the short text is %q", at, c.Short)
			}
			if missing := code.FindString(page); missing != "" {
				t.Errorf("%s: there is no sentence for %s", at, missing)
			}
			description := c.Long
			if c.IsAdditionalHelpTopicCommand() && c.Name() != "environment" && c.Name() != "conversions" {
				description = page
			}
			for line := range strings.Lines(description) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 &&
					!strings.Contains(line, "  ") {
					t.Errorf("%s: a line of %d characters: %s", at, n, line)
				}
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				called[tag] = append(called[tag], c.CommandPath()+" --"+f.Name)
				value, _ := pflag.UnquoteUsage(f)
				if (f.Value.Type() == "bool") != (value == "") || value != "" &&
					!strings.Contains(f.Usage, "`"+value+"`") {
					t.Errorf("%s --%s: the value is called %q in %q", at, f.Name, value, f.Usage)
				}
			})
		})
		if diff := cmp.Diff(called[wording.Default], called[tag]); diff != "" {
			t.Errorf("%s has other commands or flags (-%s +%s):\n%s", tag, wording.Default, tag, diff)
		}
	}
}

// TestUsage: a page has its parts in order, each under its heading.
func TestUsage(t *testing.T) {
	p, stdout, _ := newTestProgram(t, nil, "")
	if code := p.run([]string{"--lang", "es", "settle", "--help"}); code != exitOK {
		t.Fatal(code)
	}
	page := stdout.String()
	for _, part := range []string{"settle anota", "\n\nUso:\n  muster settle ARCHIVO --ledger REGISTRO [opciones]\n\n",
		"Ejemplos:\n  muster ", "\n\nOpciones:\n",
		"\n      --by nombre ", "\n  -h, --help ", "\n\nOpciones globales:\n      --lang idioma ",
		"\n\nCódigos de salida:\n  0    todo"} {
		_, after, found := strings.Cut(page, part)
		if !found {
			t.Fatalf("%q is not there, or not in its place:\n%s", part, stdout)
		}
		page = after
	}
}

// TestMistakesInFlagsAndArguments: errors of cobra and pflag are worded by muster, with what to do, and exit code 2.
func TestMistakesInFlagsAndArguments(t *testing.T) {
	for _, c := range []struct{ args, says, try string }{
		{"improt", `unknown command "improt"`, "did you mean `muster import`?\n"},
		{"nothing", `unknown command "nothing"`, "`muster --help` lists the commands"},
		{"backup x.db", `unknown command "backup"`, "did you mean `muster ledger backup`?\n"},
		{"ledger chek", `unknown command "chek"`, "did you mean `muster ledger check`?\n"},
		{"providers x", `unknown command "x"`, "`muster providers --help` lists the commands"},
		{"completion tcsh", `unknown command "tcsh"`, "`muster completion --help` lists the commands"},
		{"runs x", "`muster runs` takes no arguments, and \"x\" was given", "muster runs"},
		{"settle", "`muster settle` takes 1 argument, and 0 were given", "muster settle FILE --ledger FILE"},
		{"report a b", "`muster report` takes at most 1 argument, and 2 were given", "muster report RUN | --book BOOK -o FILE"},
		{"show a b", "`muster show` takes at most 1 argument, and 2 were given", "muster show RUN[:ROW]"},
		{"help improt", `unknown command or topic "improt"`, "did you mean `muster help import`?\n"},
		{"help exit codes", `unknown command or topic "exit codes"`, "did you mean `muster help exit-codes`?\n"},
		{"help ledger chek", `unknown command or topic "ledger chek"`, "did you mean `muster help ledger check`?\n"},
		{"help nothing", `unknown command or topic "nothing"`, "`muster --help` lists the commands"},
		{"import --provder x", "unknown flag --provder", "did you mean --provider?\n"},
		{"import -provider x", "unknown flag -p", "did you mean --provider?\n"},
		{"check --pilot 3 x", "unknown flag --pilot", "it is a flag of `muster import`; `muster check --help` lists"},
		{"check --preview 3 x", "--preview 3: its number follows", "--preview=3\n"},
		{"check x --preview 1", "--preview 1: its number follows", "--preview=1\n"},
		{"import --nope", "unknown flag --nope", "`muster import --help` lists the flags"},
		{"map -x", "unknown flag -x", "`muster map --help` lists the flags"},
		{"map -o", "-o: value missing", "`muster map --help` lists the flags"},
		{"import --limit", "--limit: value missing", "`muster import --help` lists the flags"},
		{"import --limit x", `--limit: "x" is not a whole number`, "`muster import --help` lists the flags"},
		{"import --quiet=x", `--quiet: "x" is not true or false`, "`muster import --help` lists the flags"},
		{"import --header-row 0", `--header-row: "0" is not a row number`, "`muster import --help` lists the flags"},
		{"standin --latency x", `--latency: "x" is not a duration`, "`muster standin --help` lists the flags"},
		{"import --=x", "bad flag syntax: --=x", "`muster import --help` lists the flags"},
		{"--lang es imprt", `comando desconocido: "imprt"`, "¿quiso decir `muster import`?"},
		{"--lang es runs --nope", "opción desconocida: --nope", "`muster runs --help` muestra las opciones"},
	} {
		p, stdout, stderr := newTestProgram(t, nil, "")
		p.terminal = false
		code := p.run(strings.Fields(c.args))
		lines := bytes.SplitN(stderr.Bytes(), []byte("\n"), 2)
		if code != exitUsage || stdout.Len() > 0 || len(lines) < 2 ||
			!bytes.HasPrefix(lines[0], []byte("muster: "+c.says)) ||
			!bytes.Contains(lines[1], []byte(": "+c.try)) {
			t.Errorf("%s: exit code %d\n%s%s", c.args, code, stdout, stderr)
		}
	}
}

// Each flag of the commands with groups is in exactly one group, so that a new flag must be placed.
func TestFlagsStandInGroups(t *testing.T) {
	p, _, _ := newTestProgram(t, nil, "")
	for _, c := range p.commands().Commands() {
		sections := flagSections(c)
		var shown, other []string
		for _, s := range sections {
			for _, f := range s.flags {
				shown = append(shown, f.Name)
				if s.heading.Code == "command.other_flags" {
					other = append(other, f.Name)
				}
			}
		}
		want := flagsOf(c)
		want = slices.DeleteFunc(want, func(name string) bool { return c.LocalFlags().Lookup(name) == nil })
		slices.Sort(shown)
		if diff := cmp.Diff(want, shown); diff != "" {
			t.Errorf("%s (-has +shows):\n%s", c.Name(), diff)
		}
		switch c.Name() {
		case "import", "check":
			if diff := cmp.Diff([]string{"help", "print-config"}, other); diff != "" || len(sections[0].flags) != 5 {
				t.Errorf("%s: %d flags come first; %s", c.Name(), len(sections[0].flags), diff)
			}
		default:
			if len(sections) != 1 {
				t.Errorf("%s has %d groups", c.Name(), len(sections))
			}
		}
	}
}
