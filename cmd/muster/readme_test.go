package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/internal/postgrestest"
	"muster/cmd/muster/topics"
	"muster/pipeline/wording"
)

// block is one fenced block of a Markdown text: "sh" has commands to paste, and a "text" after it their output;
// "console" has commands after $, each with its output. Others are not run.
type block struct{ info, text string }

func blocksOf(text string) []block {
	var blocks []block
	for _, m := range regexp.MustCompile("(?ms)^```(\\S[^\n]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// readmes are the README of each language.
var readmes = map[string]string{"en": "README.md", "es": ".github/LEEME.md"}

// readme is the text of a file of the repository.
func readme(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	return blocksOf(readme(t, "README.md"))
}

// TestReadme runs the README as a reader would, top to bottom, in one shell, and checks the files that it leaves
// behind; then that of the other language.
func TestReadme(t *testing.T) {
	t.Parallel()
	for language, path := range readmes {
		t.Run(path, func(t *testing.T) { testReadme(t, language, path) })
	}
}

func testReadme(t *testing.T, language, path string) {
	dir := t.TempDir()
	if ran := runBlocks(t, dir, language, blocksOf(readme(t, path))); ran < 8 {
		t.Fatalf("only %d blocks of commands were found", ran)
	}
	for _, made := range []string{"rehearsal.xlsx", "results.xlsx", "tonight.csv", "blank.xlsx", "state.xlsx",
		"suggested.csv", "still-to-fix.xlsx", "muster.db", "muster.db.key"} {
		if info, err := os.Stat(filepath.Join(dir, made)); err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", made, info.Mode())
		}
	}
}

// runBlocks runs the blocks of a text as a reader would, in one shell in dir, and compares the output with the text's
// (... stands for anything). It returns the number of commands, or blocks of them, that were run.
func runBlocks(t *testing.T, dir, language string, blocks []block) int {
	t.Helper()
	muster, err := os.Executable() // TestMain runs as muster by its name
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(muster, filepath.Join(bin, "muster")); err != nil {
		t.Fatal(err)
	}
	// The port in the text may be in use here.
	port := strconv.Itoa(postgrestest.FreePort(t))
	var script strings.Builder
	script.WriteString("trap 'kill $(jobs -p) 2>/dev/null' EXIT\n")
	var wants []string
	run := func(command, output string) {
		fmt.Fprintf(&script, "echo '=== %d'\n%s\n", len(wants), command)
		if strings.HasSuffix(command, "&") {
			script.WriteString("until muster version >/dev/null && (exec 3<>/dev/tcp/127.0.0.1/" + port +
				") 2>/dev/null; do :; done\n")
		}
		wants = append(wants, output)
	}
	for i, b := range blocks {
		b.text = strings.ReplaceAll(b.text, "8181", port)
		switch b.info {
		case "sh":
			output := ""
			if i+1 < len(blocks) && blocks[i+1].info == "text" {
				output = blocks[i+1].text
			}
			run(strings.TrimSuffix(b.text, "\n"), output)
		case "console":
			for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(b.text, -1)[1:] {
				command, output, _ := strings.Cut(part, "\n")
				if !strings.HasPrefix(command, "go ") { // go commands run where the whole program is built
					run(command, output)
				}
			}
		}
	}
	ran := len(wants)
	fmt.Fprintf(&script, "echo '=== %d'\n", len(wants))
	wants = append(wants, "") // the stand-in's last output
	cmd := exec.Command("bash", "-c", script.String())
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "MUSTER_LANG="+language,
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, stdout.String(), stderr.String())
	}
	parts := regexp.MustCompile(`(?m)^=== \d+\n`).Split(stdout.String(), -1)[1:]
	if len(parts) != len(wants) {
		t.Fatalf("%d of %d commands ran\n%s\n%s", len(parts), len(wants), stdout.String(), stderr.String())
	}
	for i, want := range wants {
		if want == "" {
			continue
		}
		pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(want), `\.\.\.`, ".*") + "$"
		if !regexp.MustCompile(pattern).MatchString(parts[i]) {
			t.Errorf("command %d printed\n%s\nand the text says\n%s", i, parts[i], want)
		}
	}
	if s := stderr.String(); strings.Contains(s, "muster: ") {
		t.Errorf("an error was printed:\n%s", s)
	}
	return ran
}

// TestPromisesNameTests: every test that the promises name exists, and the pages name the same tests in every
// language.
func TestPromisesNameTests(t *testing.T) {
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+|[a-z-]+\\.txtar)`")
	promises := topics.Source("promises", wording.Default, "")
	for _, language := range wording.Languages() {
		if diff := cmp.Diff(named.FindAllString(promises, -1),
			named.FindAllString(topics.Source("promises", language, ""), -1)); diff != "" {
			t.Errorf("%s: other tests (-%s +%s):\n%s", language, wording.Default, language, diff)
		}
	}
	var code strings.Builder
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		code.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for from, text := range map[string]string{"pipeline/README.md": readme(t, "pipeline/README.md"), "promises.md": promises} {
		all := named.FindAllStringSubmatch(text, -1)
		for _, m := range all {
			if strings.HasSuffix(m[1], ".txtar") {
				if _, err := os.Stat(filepath.Join("testdata", m[1])); err != nil {
					t.Error(err)
				}
			} else if !strings.Contains(code.String(), "func "+m[1]+"(") {
				t.Errorf("%s names %s, and there is no such test", from, m[1])
			}
		}
		if len(all) < 20 {
			t.Errorf("%s names only %d tests", from, len(all))
		}
	}
}

// TestReadmesAgree: the README of each language has the same commands, links to the other in its first line, names
// the version of Go, and is short enough to read in one sitting.
func TestReadmesAgree(t *testing.T) {
	commands := func(text string) []block {
		return slices.DeleteFunc(blocksOf(text), func(b block) bool { return b.info == "text" })
	}
	for language, path := range readmes {
		text := readme(t, path)
		if diff := cmp.Diff(commands(readme(t, readmes[wording.Default])), commands(text),
			cmp.AllowUnexported(block{})); diff != "" {
			t.Errorf("%s has other commands:\n%s", path, diff)
		}
		first, _, _ := strings.Cut(text, "\n")
		for other, target := range readmes {
			if other != language && !strings.Contains(first, "("+relative(t, path, target)+")") {
				t.Errorf("the first line of %s does not lead to %s", path, target)
			}
		}
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readme(t, "go.mod"))
	for _, path := range readmes {
		text := readme(t, path)
		if !strings.Contains(text, "[Go](https://go.dev/dl) "+version[1]+" ") {
			t.Errorf("%s does not ask for the Go %s of go.mod", path, version[1])
		}
		if n := strings.Count(text, "\n"); n > 200 {
			t.Errorf("%s has %d lines, of 200 at most: `muster help` has pages for the rest", path, n)
		}
	}
}

func relative(t *testing.T, from, to string) string {
	t.Helper()
	path, err := filepath.Rel(filepath.Dir(from), to)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(path)
}

// TestLinks: what a page for people links to in the repository exists, and so does the heading.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	found := 0
	for _, page := range []string{"README.md", ".github/LEEME.md", ".github/CONTRIBUTING.md", ".github/CHANGELOG.md",
		"pipeline/README.md", "cmd/muster/testdata/headers/README.md"} {
		for _, m := range link.FindAllStringSubmatch(readme(t, page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			found++
			path, heading, _ := strings.Cut(m[1], "#")
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			if info, err := os.Stat(filepath.Join("../..", target)); err != nil {
				t.Errorf("%s: %v", page, err)
			} else if heading != "" && (info.IsDir() || !slices.Contains(headings(readme(t, target)), heading)) {
				t.Errorf("%s: %s has no heading #%s", page, target, heading)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d links were looked at", found)
	}
}

// headings are those of a page, in the form in which links name them.
func headings(text string) (all []string) {
	gone := regexp.MustCompile(`[^\pL\pN _-]`)
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		all = append(all, strings.ReplaceAll(gone.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return all
}
