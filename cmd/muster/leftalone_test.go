package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// For files in a folder that are not books, exit code and metrics report them every night, and so does a line with their
// names; what to do with them is said once a week, and at once when a file has changed.
func TestLeftAloneIsSaidOnceAWeek(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("inbox", 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join("inbox", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("list.zip", "packed")
	put("~$list.xlsx", "a lock")
	begun := time.Date(2026, 11, 2, 2, 15, 0, 0, time.UTC)
	for _, c := range []struct {
		night  int // counted from begun
		before func()
		want   string // the names, each with what to do
		still  string // the names alone
		files  string // of the metric
		code   int
	}{
		{0, nil, "list.zip", "", "1", exitFix},
		{1, nil, "", "list.zip", "1", exitFix},
		{2, func() { put("scan.pdf", "a page") }, "scan.pdf", "list.zip", "2", exitFix},
		{6, nil, "", "list.zip, scan.pdf", "2", exitFix},
		{7, nil, "list.zip", "scan.pdf", "2", exitFix},
		{8, func() { put("list.zip", "packed again") }, "list.zip", "scan.pdf", "2", exitFix},
		{9, nil, "scan.pdf", "list.zip", "2", exitFix},
		{10, func() { _, _ = os.Remove("inbox/scan.pdf"), os.Remove("inbox/list.zip") }, "", "", "0", exitOK},
	} {
		if c.before != nil {
			c.before()
		}
		p, stdout, stderr := newTestProgram(t, nil, "")
		p.now = func() time.Time { return begun.AddDate(0, 0, c.night).Add(time.Duration(c.night) * time.Second) }
		code := p.run([]string{"import", "--dir", "inbox", "--provider", "passport", "--ledger", "l.db", "--quiet",
			"--metrics", "m.prom"})
		var said, still []string
		for _, line := range strings.Split(strings.TrimSpace(stderr.String()), "\n") {
			if names, ok := strings.CutPrefix(line, "still left alone: "); ok {
				still = append(still, strings.ReplaceAll(names, "inbox/", ""))
			} else if line != "" {
				name, _, _ := strings.Cut(strings.TrimPrefix(line, "left alone: "), ";")
				said = append(said, filepath.Base(name))
			}
		}
		if got := strings.Join(said, " "); got != c.want || code != c.code || stdout.Len() != 0 {
			t.Errorf("night %d: said %q, want %q; exit code %d; %s", c.night, got, c.want, code, stdout)
		}
		if got := strings.Join(still, " "); got != c.still {
			t.Errorf("night %d: still left alone are %q, want %q", c.night, got, c.still)
		}
		text, err := os.ReadFile("m.prom")
		if err != nil {
			t.Fatal(err)
		}
		metric := `muster_left_alone_files{account="",env="local",provider="passport"} ` + c.files + "\n"
		if !strings.Contains(string(text), metric) {
			t.Errorf("night %d: no %s in\n%s", c.night, metric, text)
		}
	}
}
