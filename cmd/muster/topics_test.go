package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/topics"
	"muster/pipeline/mapping"
	"muster/pipeline/wording"
)

// TestTopicsInEveryLanguage: a page that is written by hand exists in every language, with a title and as many
// headings as in the others.
func TestTopicsInEveryLanguage(t *testing.T) {
	names := topics.Names(wording.Default)
	if len(names) < 6 {
		t.Errorf("only %d pages: %s", len(names), names)
	}
	for _, language := range wording.Languages() {
		if diff := cmp.Diff(names, topics.Names(language)); diff != "" {
			t.Errorf("%s has other pages (-%s +%s):\n%s", language, wording.Default, language, diff)
		}
		for _, name := range names {
			page := topics.Parse(name, topics.Source(name, language, ""))
			original := topics.Parse(name, topics.Source(name, wording.Default, ""))
			if page.Title == "" || len(page.Parts) != len(original.Parts) {
				t.Errorf("%s: %s is called %q and has %d parts, %d in %s", language, name, page.Title,
					len(page.Parts), len(original.Parts), wording.Default)
			}
		}
	}
}

// TestTopicCommands: the sessions in the pages are run like those of the README, after its first book was imported in
// a rehearsal.
func TestTopicCommands(t *testing.T) {
	t.Parallel()
	var first []block
	for _, b := range readmeBlocks(t) {
		if b.info == "sh" && strings.Contains(b.text, "merchants.csv <<") {
			first = append(first, b)
		}
	}
	first = append(first, block{"console", "$ muster import merchants.csv --provider passport --mapping mapping.csv " +
		"--ledger muster.db --yes --report results.xlsx || [ $? = 3 ]\n"})
	ran := 0
	for _, language := range wording.Languages() {
		for _, name := range topics.Names(language) {
			sessions := slices.DeleteFunc(blocksOf(topics.Source(name, language, "")),
				func(b block) bool { return b.info != "console" })
			if len(sessions) > 0 {
				t.Run(language+"/"+name, func(t *testing.T) {
					dir := t.TempDir()
					runBlocks(t, dir, language, first)
					ran += runBlocks(t, dir, language, sessions)
				})
			}
		}
	}
	if ran < 20 {
		t.Errorf("only %d commands were run", ran)
	}
}

// TestDefinitionsInTopics: a definition in the page about definitions is one that passes its test.
func TestDefinitionsInTopics(t *testing.T) {
	for _, language := range wording.Languages() {
		written := 0
		for _, b := range blocksOf(topics.Source("definitions", language, "")) {
			if b.info != "yaml" {
				continue
			}
			written++
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "provider.yaml"), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			p, _, stderr := newTestProgram(t, nil, "")
			if code := p.run([]string{"providers", "test", dir}); code != exitOK {
				t.Errorf("%s: exit code %d: %s", language, code, stderr)
			}
		}
		if written == 0 {
			t.Errorf("%s: no definition", language)
		}
	}
}

// TestConversionsTopic: the page has every conversion, in every language.
func TestConversionsTopic(t *testing.T) {
	for _, language := range wording.Languages() {
		p, stdout, _ := newTestProgram(t, nil, "")
		if code := p.run([]string{"help", "conversions", "--lang", language}); code != exitOK {
			t.Fatalf("%s: exit code %d", language, code)
		}
		for _, c := range mapping.Conversions() {
			if !strings.Contains(stdout.String(), "\n  "+c.Usage+"\n") {
				t.Errorf("%s: %s is not there", language, c.Usage)
			}
		}
	}
}

// TestPagesNameCommands: a command that a page or a README names exists, with its flags.
func TestPagesNameCommands(t *testing.T) {
	p, _, _ := newTestProgram(t, nil, "")
	// Between backquotes or on a line of code, because some blocks are not run, such as those for another system.
	called := regexp.MustCompile("`muster\\s([^`]*)`|(?m:^(?:muster|.*muster\\.exe) ([^`\n]* --[^`\n]*)$)")
	flag := regexp.MustCompile(`--([a-z-]+)`)
	pages := map[string]string{}
	for _, language := range wording.Languages() {
		pages[readmes[language]] = readme(t, readmes[language])
		for _, name := range topics.Names(language) {
			pages[language+"/"+name] = topics.Source(name, language, "")
		}
	}
	named := 0
	for page, text := range pages {
		for _, m := range called.FindAllStringSubmatch(text, -1) {
			named++
			line := strings.TrimSuffix(m[1]+m[2], "\\") // the rest of the command is on the next line
			args := strings.Fields(line)
			root := p.commands()
			root.InitDefaultHelpCmd()
			if strings.HasPrefix(line, "-") || line == "help TOPIC" || line == "help TEMA" {
				continue
			}
			c, left, err := root.Find(slices.Clone(args)) // cobra changes them
			if err != nil || len(left) == len(args) {
				t.Errorf("%s names muster %s: %v", page, line, err)
				continue
			}
			if c.Name() == "help" && len(left) > 0 && !strings.HasPrefix(left[0], "-") {
				if _, left, err := root.Find(args[1:]); err != nil || len(left) > 0 {
					t.Errorf("%s names muster %s", page, line)
				}
			}
			for _, f := range flag.FindAllStringSubmatch(line, -1) {
				if c.Flags().Lookup(f[1]) == nil {
					t.Errorf("%s names muster %s, which has no flag %s", page, line, f[0])
				}
			}
		}
	}
	if named < 40 {
		t.Errorf("only %d commands are named", named)
	}
}
