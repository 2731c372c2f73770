package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/topics"
	"muster/pipeline/wording"
)

// TestTopicsInEveryLanguage: a page that is written by hand is there in every
// language, has a title, and as many headings as in the others.
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

// TestTopicCommands: the sessions in the pages are run, as those of the README,
// after its first book was imported in a rehearsal.
func TestTopicCommands(t *testing.T) {
	var first []block
	for _, b := range readmeBlocks(t) {
		if strings.HasPrefix(b.info, "csv ") {
			first = append(first, b)
		}
	}
	first = append(first, block{"console", "$ muster import merchants.csv --provider passport --mapping mapping.csv " +
		"--ledger muster.db --yes --report results.xlsx || [ $? = 3 ]\n"})
	ran := 0
	for _, language := range wording.Languages() {
		for _, name := range topics.Names(language) {
			blocks := blocksOf(topics.Source(name, language, ""))
			if strings.Contains(topics.Source(name, language, ""), "```console\n") {
				t.Run(language+"/"+name, func(t *testing.T) {
					dir := t.TempDir()
					runBlocks(t, dir, language, first)
					ran += runBlocks(t, dir, language, blocks)
				})
			}
		}
	}
	if ran < 20 {
		t.Errorf("only %d commands were run", ran)
	}
}

// TestTopicsNameCommands: a command that a page names is there, with its flags.
func TestTopicsNameCommands(t *testing.T) {
	p, _, _ := newTestProgram(t, nil, "")
	called := regexp.MustCompile("`muster\\s([^`]*)`")
	flag := regexp.MustCompile(`--([a-z-]+)`)
	named := 0
	for _, language := range wording.Languages() {
		for _, name := range topics.Names(language) {
			for _, m := range called.FindAllStringSubmatch(topics.Source(name, language, ""), -1) {
				named++
				args := strings.Fields(m[1])
				root := p.commands()
				root.InitDefaultHelpCmd()
				c, left, err := root.Find(slices.Clone(args)) // cobra changes them
				if err != nil || len(left) == len(args) {
					t.Errorf("%s: %s names muster %s: %v", language, name, m[1], err)
					continue
				}
				if c.Name() == "help" {
					if _, left, err := root.Find(args[1:]); err != nil || len(left) > 0 {
						t.Errorf("%s: %s names muster %s", language, name, m[1])
					}
				}
				for _, f := range flag.FindAllStringSubmatch(m[1], -1) {
					if c.Flags().Lookup(f[1]) == nil {
						t.Errorf("%s: %s names muster %s, which has no flag %s", language, name, m[1], f[0])
					}
				}
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d commands are named", named)
	}
}
