package inuse

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/wording"
)

var columns = regexp.MustCompile(" {2,}")

// text is what is printed about a command's flags, with " | " between columns.
func text(t *testing.T, u Sources, env map[string]string, args ...string) string {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	u.Getenv = func(name string) string { return env[name] }
	u.Language = settings.Language{Tag: "en"}
	c := &cobra.Command{Use: "import", RunE: func(c *cobra.Command, _ []string) error {
		if err := settings.Take(c, u.Getenv); err != nil {
			return err
		}
		u.Command = c
		return nil
	}}
	f := c.Flags()
	f.StringArray("carry", nil, "")
	f.Int("concurrency", 0, "")
	f.String("rate", "", "")
	f.String("ledger", "", "")
	f.String("lang", "", "")
	f.String("base-url", "", "")
	f.String("env", "", "")
	f.Bool("print-config", false, "")
	c.SetArgs(args)
	if err := c.Execute(); err != nil {
		t.Fatal(err)
	}
	return columns.ReplaceAllString(Text(words, u.Flags("print-config", "help")), " | ")
}

func TestFlags(t *testing.T) {
	sandbox := pipeline.Target{Namespace: pipeline.Namespace{Env: "sandbox"}, BaseURL: "https://a.test",
		Limit: pipeline.Limit{Concurrency: 2, Rate: pipeline.Rate{N: 5, Per: time.Second}}}
	local := pipeline.Target{Namespace: pipeline.Namespace{Env: pipeline.EnvLocal},
		Limit: pipeline.Limit{Concurrency: 4}}
	named := func(path string, err error) func() (string, error) {
		return func() (string, error) { return path, err }
	}
	for _, c := range []struct {
		name    string
		sources Sources
		env     map[string]string
		args    []string
		want    string
	}{
		{"as the definition says", Sources{Target: sandbox, Ledger: named("", errors.New("none"))}, nil, nil,
			"env | sandbox | default (from --base-url)\n" +
				"base-url | https://a.test | definition\n" +
				"ledger | - | default (none named: without a terminal, import needs --ledger)\n" +
				"rate | 5/s | definition\n" +
				"concurrency | 2 | definition\n" +
				"carry | - | default\n" +
				"lang | en | default\n"},
		{"flags", Sources{Target: sandbox}, nil, []string{"--env", "sandbox", "--ledger", "l.db", "--rate", "1/s",
			"--concurrency", "1", "--carry", "A", "--carry", "B"},
			"env | sandbox | flag --env\n" +
				"base-url | https://a.test | definition\n" +
				"ledger | l.db | flag --ledger\n" +
				"rate | 1/s | flag --rate\n" +
				"concurrency | 1 | flag --concurrency\n" +
				"carry | A, B | flag --carry\n" +
				"lang | en | default\n"},
		{"environment", Sources{Target: sandbox, Ledger: named("e.db", nil)}, map[string]string{"MUSTER_RATE": "2/s",
			"MUSTER_LEDGER": "e.db", "MUSTER_ENV": "sandbox"}, nil,
			"env | sandbox | environment MUSTER_ENV\n" +
				"base-url | https://a.test | definition\n" +
				"ledger | e.db | environment MUSTER_LEDGER\n" +
				"rate | 2/s | environment MUSTER_RATE\n" +
				"concurrency | 2 | definition\n" +
				"carry | - | default\n" +
				"lang | en | default\n"},
		{"rehearsal", Sources{Target: local, Ledger: named("", nil)}, map[string]string{"MUSTER_LEDGER": "e.db"}, nil,
			"env | local | default (rehearsal with the built-in stand-in: nothing leaves this machine)\n" +
				"base-url | - | default\n" +
				"ledger | - | default (temporary: MUSTER_LEDGER is ignored in a rehearsal)\n" +
				"rate | none | default\n" +
				"concurrency | 4 | default\n" +
				"carry | - | default\n" +
				"lang | en | default\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, text(t, c.sources, c.env, c.args...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The value of a secret is never shown, and a file is only shown when the environment names it.
func TestSecretsAndNetwork(t *testing.T) {
	provider := &pipeline.Provider{Name: "acme", Auth: pipeline.Auth{Secrets: []pipeline.Secret{{Name: "key"},
		{Name: "token"}, {Name: "pin"}}}}
	env := map[string]string{"MUSTER_ACME_KEY": "hush", "MUSTER_ACME_TOKEN_FILE": "token.txt",
		settings.AuthorityVariable: "ca.pem"}
	u := Sources{Getenv: func(name string) string { return env[name] }}
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	const want = "MUSTER_ACME_KEY               set                      environment MUSTER_ACME_KEY\n" +
		"MUSTER_ACME_TOKEN             set                      environment MUSTER_ACME_TOKEN_FILE\n" +
		"MUSTER_ACME_PIN               missing\n" +
		"SSL_CERT_FILE                 ca.pem                   environment SSL_CERT_FILE\n"
	got := Text(words, append(u.Secrets(provider, map[string]string{"key": "hush", "token": "hush"}), u.Network()...))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
