package main

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/topics"
	"muster/pipeline/standin"
	"muster/pipeline/wording"
)

// fenced is the only block of a text with that info string.
func fenced(t *testing.T, blocks []block, info string) string {
	t.Helper()
	for _, b := range blocks {
		if b.info == info {
			return b.text
		}
	}
	t.Fatalf("there is no block %q", info)
	return ""
}

// schedule is a machine as the README's crontab and the units expect it, in a folder of the test: its paths, secrets,
// mapping sheet and provider.
type schedule struct {
	dir     string
	standin *standin.Server
	// here replaces the README's paths and address by the folder's and the stand-in's.
	here *strings.Replacer
}

func newSchedule(t *testing.T) schedule {
	t.Helper()
	s := schedule{dir: t.TempDir()}
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	s.standin, err = standin.New(standin.Options{Provider: def.Provider(), Check: def.CheckBody, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.standin)
	t.Cleanup(server.Close)
	muster, err := os.Executable() // TestMain runs as muster by its name
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"srv/inbox", "srv/done", "etc", "bin"} {
		if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(muster, filepath.Join(s.dir, "bin/muster")); err != nil {
		t.Fatal(err)
	}
	s.write(t, "etc/client-id", "my-id\n")
	s.write(t, "etc/client-secret", "my-secret\n")
	s.write(t, "srv/mapping.csv", wordsIn("en").Say("cmd_topics.mapping_example"))
	s.here = strings.NewReplacer("/srv/muster", filepath.Join(s.dir, "srv"), "/var/lib/muster",
		filepath.Join(s.dir, "srv"), "/run/credentials/muster-import.service/secret_", filepath.Join(s.dir, "etc")+"/",
		"/etc/muster", filepath.Join(s.dir, "etc"), "/usr/local/bin/muster", filepath.Join(s.dir, "bin/muster"),
		"/usr/bin/muster", filepath.Join(s.dir, "bin/muster"), "https://api.passport.example", server.URL)
	return s
}

// write makes a file that has not changed for a while.
func (s schedule) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, before, before); err != nil {
		t.Fatal(err)
	}
}

// shell runs a command line as cron does, and returns its output.
func (s schedule) shell(t *testing.T, environment []string, line string) (printed string, code int) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Dir = s.dir
	cmd.Env = append([]string{"PATH=/usr/bin:/bin", "HOME=" + s.dir, "TMPDIR=" + s.dir}, environment...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

const scheduledBook = "NIT;Razón social;Correo\n900.123.456-8;EJEMPLO SAS;pagos@example.org\n900.123.457-5;MUESTRA SAS;caja@example.org\n"

// TestCrontab runs the README's crontab line three times over one folder: the first run enrols, the second does
// nothing and prints nothing, the third, with one more row, sends one request.
func TestCrontab(t *testing.T) {
	s := newSchedule(t)
	var environment []string
	command := ""
	for line := range strings.Lines(s.here.Replace(fenced(t, readmeBlocks(t), "crontab"))) {
		line = strings.TrimSuffix(line, "\n")
		if regexp.MustCompile(`^[A-Z_]+=`).MatchString(line) {
			environment = append(environment, line)
			continue
		}
		fields := strings.SplitN(line, " ", 6)
		if command != "" || len(fields) < 6 || strings.Contains(line,
			"%") { // cron reads % as a line break
			t.Fatalf("no crontab line: %s", line)
		}
		command = fields[5]
	}
	creates := func(want int) {
		t.Helper()
		if n := s.standin.Creates(); n != want {
			t.Fatalf("%d requests were made, want %d", n, want)
		}
	}
	// A person's first import creates the ledger; cron does not.
	s.write(t, "srv/inbox/monday.csv", scheduledBook)
	if printed, code := s.shell(t, environment, command); code != exitUsage ||
		!strings.Contains(printed, "--new-ledger") {
		t.Fatalf("without a ledger: exit code %d\n%s", code, printed)
	}
	creates(0)
	if printed, code := s.shell(t, environment, command+" --new-ledger"); code != exitOK ||
		!strings.Contains(printed, "created         2") {
		t.Fatalf("exit code %d\n%s", code, printed)
	}
	creates(2)
	if _, err := os.Stat(filepath.Join(s.dir, "srv/done/monday.csv")); err != nil {
		t.Error(err)
	}
	if printed, code := s.shell(t, environment, command); code != exitOK || printed != "" {
		t.Fatalf("nothing is new: exit code %d, and it printed\n%s", code, printed)
	}
	creates(2)
	s.write(t, "srv/inbox/monday.csv", scheduledBook+"900.123.458-2;OTRA SAS;hola@example.org\n")
	printed, code := s.shell(t, environment, command)
	if code != exitOK || !strings.Contains(printed, "created         1") ||
		!strings.Contains(printed, "known           2") {
		t.Fatalf("exit code %d\n%s", code, printed)
	}
	creates(3)
	if printed, code := s.shell(t, environment, command); code != exitOK || printed != "" {
		t.Fatalf("nothing is new: exit code %d, and it printed\n%s", code, printed)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "srv/done/monday-2.csv")); err != nil {
		t.Error(err)
	}
}

// unitLines are the settings of a unit file, in order; anything else in it is
// a mistake.
func unitLines(t *testing.T, text string) (settings [][3]string) {
	t.Helper()
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case regexp.MustCompile(`^\[[A-Z][a-z]+\]$`).MatchString(line):
			section = line
		default:
			name, value, ok := strings.Cut(line, "=")
			if !ok || section == "" || !regexp.MustCompile(`^[A-Z][A-Za-z]+$`).MatchString(name) {
				t.Fatalf("no setting of a unit: %s", line)
			}
			settings = append(settings, [3]string{section, name, value})
		}
	}
	return settings
}

// duration reads a time span of systemd that Go writes alike, but for minutes.
func duration(t *testing.T, span string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(strings.Replace(span, "min", "m", 1))
	if err != nil {
		t.Error(err)
	}
	return d
}

// TestSystemdUnits: systemd, where it is installed, accepts the units of `muster help systemd`, and muster accepts
// their command line and settings. In every language they are the files of the .deb.
func TestSystemdUnits(t *testing.T) {
	s := newSchedule(t)
	units := map[string]string{}
	for _, name := range []string{"muster-import.service", "muster-import.timer", "import.env"} {
		raw, err := os.ReadFile(filepath.Join("../../.ci/deb", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, language := range wording.Languages() {
			shown := fenced(t, blocksOf(topics.Source("systemd", language, "")), "ini "+name)
			if diff := cmp.Diff(string(raw), shown); diff != "" {
				t.Errorf("%s: %s of the .deb is another (-deb +page):\n%s", language, name, diff)
			}
		}
		units[name] = s.here.Replace(string(raw))
	}
	// The settings, including those that a person must fill in.
	environment := regexp.MustCompile(`MUSTER_[A-Z_]+=.*`).FindAllString(units["import.env"], -1)
	command := ""
	has := map[string]string{}
	for _, l := range unitLines(t, units["muster-import.service"]) {
		has[l[0]+l[1]] = l[2]
		if l[1] == "ExecStart" {
			command = l[2]
		}
	}
	delete(units, "import.env")
	for name, want := range map[string]string{"ProtectSystem": "strict", "NoNewPrivileges": "yes", "UMask": "0077",
		"Type": "oneshot", "ReadWritePaths": filepath.Join(s.dir, "srv"),
		"WorkingDirectory": filepath.Join(s.dir, "srv"),
		"EnvironmentFile":  filepath.Join(s.dir, "etc/import.env"),
		"LoadCredential":   "secret:" + filepath.Join(s.dir, "etc/secrets")} {
		if got := has["[Service]"+name]; got != want {
			t.Errorf("%s=%s, want %s", name, got, want)
		}
	}
	// A provider may be down from the start for three hours, and the hour in which nothing is sent ends after that. The
	// last try comes later, and none of them is one too many for systemd.
	every, limit := duration(t, has["[Service]RestartSec"]), duration(t, has["[Unit]StartLimitIntervalSec"])
	tries, err := strconv.Atoi(has["[Unit]StartLimitBurst"])
	if last := time.Duration(tries-1) * every; err != nil || last < 3*time.Hour+30*time.Minute || last > limit {
		t.Errorf("the last of %d tries is after %s, and %s limits them: %v", tries, last, limit, err)
	}
	// Neither is a success, and neither passes by itself.
	for _, code := range []int{exitFix, exitLook} {
		if !regexp.MustCompile(fmt.Sprintf(`\b%d\b`, code)).MatchString(has["[Service]RestartPreventExitStatus"]) {
			t.Errorf("exit code %d would start it again", code)
		}
	}
	timer := map[string]bool{}
	for _, l := range unitLines(t, units["muster-import.timer"]) {
		timer[l[0]+l[1]] = true
	}
	if !timer["[Timer]OnCalendar"] || !timer["[Timer]Persistent"] || !timer["[Install]WantedBy"] {
		t.Errorf("the timer has %v", timer)
	}
	printed, code := s.shell(t, environment, "cd srv && "+command+" --print-config")
	if code != exitOK {
		t.Fatalf("exit code %d\n%s", code, printed)
	}
	for _, want := range []string{`env +production +environment MUSTER_ENV`, `ledger +\S+ +environment MUSTER_LEDGER`,
		`MUSTER_PASSPORT_CLIENT_ID +set +environment MUSTER_PASSPORT_CLIENT_ID_FILE`,
		`MUSTER_PASSPORT_CLIENT_SECRET +set`, `dir +\S+/inbox`, `done-dir +\S+/done`, `yes +true`} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(printed) {
			t.Errorf("--print-config shows no %s:\n%s", want, printed)
		}
	}
	if strings.Contains(printed, "my-secret") || strings.Contains(printed, "my-id") {
		t.Errorf("--print-config shows a secret:\n%s", printed)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // without systemd only the checks above are made
	}
	args := []string{"verify", "--man=no"}
	for name, text := range units {
		path := filepath.Join(s.dir, name)
		// Only systemd can name the credentials' folder.
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(analyze, args...).CombinedOutput(); err != nil ||
		bytes.Contains(out, []byte("muster-import")) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
