package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/topics"
	"muster/pipeline/mapping"
	"muster/pipeline/wording"
)

// block is one fenced block of a text in Markdown.
type block struct {
	info string // console, or "csv NAME": a file
	text string
}

func blocksOf(text string) []block {
	var blocks []block
	for _, m := range regexp.MustCompile("(?ms)^```(\\S[^\n]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return blocksOf(string(raw))
}

// TestReadme runs the README as a reader would, top to bottom, in one shell, and
// looks at what it leaves behind.
func TestReadme(t *testing.T) {
	dir := t.TempDir()
	if ran := runBlocks(t, dir, "en", readmeBlocks(t)); ran < 8 {
		t.Fatalf("only %d commands were found in the README", ran)
	}
	for _, made := range []string{"rehearsal.xlsx", "results.xlsx", "tonight.csv", "blank.xlsx", "again.xlsx",
		"suggested.csv", "muster.db", "muster.db.key"} {
		if info, err := os.Stat(filepath.Join(dir, made)); err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", made, info.Mode())
		}
	}
}

// runBlocks runs the blocks of a text as a reader would, in one shell in dir: its
// files are written, its commands run, and what it shows as their output must be
// what comes out (... stands for anything). It gives the number of commands.
func runBlocks(t *testing.T, dir, language string, blocks []block) int {
	t.Helper()
	muster, err := os.Executable() // TestMain turns it into muster by its name
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(muster, filepath.Join(bin, "muster")); err != nil {
		t.Fatal(err)
	}
	// The port that the text names may be taken here.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(l.Addr().String(), ":")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString("trap 'kill $(jobs -p) 2>/dev/null' EXIT\n")
	var wants []string
	for _, b := range blocks {
		if name, ok := strings.CutPrefix(b.info, "csv "); ok {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if b.info != "console" {
			continue
		}
		for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(b.text, -1)[1:] {
			command, output, _ := strings.Cut(strings.ReplaceAll(part, "8181", port), "\n")
			if strings.HasPrefix(command, "go ") {
				continue // the first command and the tests are run where the whole is built
			}
			fmt.Fprintf(&script, "echo '=== %d'\n%s\n", len(wants), command)
			if strings.HasSuffix(command, "&") {
				script.WriteString("until muster version >/dev/null && (exec 3<>/dev/tcp/127.0.0.1/" + port +
					") 2>/dev/null; do :; done\n")
			}
			wants = append(wants, output)
		}
	}
	ran := len(wants)
	fmt.Fprintf(&script, "echo '=== %d'\n", len(wants))
	wants = append(wants, "") // what the stand-in says at its end
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

// TestPromisesNameTests holds the promises and the tests that hold them: what is
// named must be there, and the same tests in every language.
func TestPromisesNameTests(t *testing.T) {
	raw, err := os.ReadFile("../../pipeline/README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+|[a-z-]+\\.txtar)`")
	promises := topics.Source("promises", wording.Default, "")
	for _, language := range wording.Languages() {
		if diff := cmp.Diff(named.FindAllString(promises, -1),
			named.FindAllString(topics.Source("promises", language, ""), -1)); diff != "" {
			t.Errorf("%s: other tests (-%s +%s):\n%s", language, wording.Default, language, diff)
		}
	}
	var code strings.Builder
	err = filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
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
	for from, text := range map[string]string{"pipeline/README.md": string(raw), "promises.md": promises} {
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

// TestReadmeNamesConversions: the README's table has every conversion.
func TestReadmeNamesConversions(t *testing.T) {
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range mapping.Conversions() {
		if !regexp.MustCompile("`" + regexp.QuoteMeta(c.Name) + "[`(]").Match(raw) {
			t.Errorf("the README does not name %s", c.Usage)
		}
	}
}
