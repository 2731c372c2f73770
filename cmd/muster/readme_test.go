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

	"muster/pipeline/mapping"
)

// block is one fenced block of the README.
type block struct {
	info string // console, or "csv NAME": a file
	text string
}

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, m := range regexp.MustCompile("(?ms)^```(\\S[^\n]*)\n(.*?)^```$").FindAllStringSubmatch(string(raw), -1) {
		blocks = append(blocks, block{m[1], m[2]})
	}
	return blocks
}

// TestReadme runs the README as a reader would, top to bottom, in one shell:
// its files are written, its commands run, and what it shows as their output
// must be what comes out (... stands for anything).
func TestReadme(t *testing.T) {
	muster, err := os.Executable() // TestMain turns it into muster by its name
	if err != nil {
		t.Fatal(err)
	}
	dir, bin := t.TempDir(), t.TempDir()
	if err := os.Symlink(muster, filepath.Join(bin, "muster")); err != nil {
		t.Fatal(err)
	}
	// The README's port may be taken here.
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
	for _, b := range readmeBlocks(t) {
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
	if len(wants) < 8 {
		t.Fatalf("only %d commands were found in the README", len(wants))
	}
	fmt.Fprintf(&script, "echo '=== %d'\n", len(wants))
	wants = append(wants, "") // what the stand-in says at its end
	cmd := exec.Command("bash", "-c", script.String())
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
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
			t.Errorf("command %d printed\n%s\nand the README says\n%s", i, parts[i], want)
		}
	}
	if s := stderr.String(); strings.Contains(s, "muster: ") {
		t.Errorf("an error was printed:\n%s", s)
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

// TestReadmeNamesTests holds the promises and the tests that hold them: what is
// named must be there.
func TestReadmeNamesTests(t *testing.T) {
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	inside, err := os.ReadFile("../../pipeline/README.md")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, inside...)
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
	named := 0
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+|[a-z-]+\\.txtar)`").FindAllStringSubmatch(string(raw),
		-1) {
		named++
		if strings.HasSuffix(m[1], ".txtar") {
			if _, err := os.Stat(filepath.Join("testdata", m[1])); err != nil {
				t.Error(err)
			}
		} else if !strings.Contains(code.String(), "func "+m[1]+"(") {
			t.Errorf("the README names %s, and there is no such test", m[1])
		}
	}
	if named < 20 {
		t.Errorf("only %d tests are named", named)
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
