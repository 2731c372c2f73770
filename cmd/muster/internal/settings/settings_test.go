package settings

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// command is a command with a flag of each kind, called with those arguments.
func command(t *testing.T, name string, args ...string) *cobra.Command {
	t.Helper()
	c := &cobra.Command{Use: name}
	f := c.Flags()
	f.String("provider", "", "")
	f.String("env", "", "")
	f.String("base-url", "", "")
	f.String("rate", "", "")
	f.String("max-rejected", "none", "")
	f.String("ledger", "", "")
	f.StringArray("carry", nil, "")
	f.Bool("yes", false, "")
	f.Bool("new-ledger", false, "")
	f.Int("limit", 0, "")
	f.Duration("latency", time.Second, "")
	Func(c, "header-row", "", func(s string) error {
		if s == "0" {
			return errors.New("no row")
		}
		return nil
	})
	if err := c.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTake(t *testing.T) {
	for _, c := range []struct {
		name        string
		command     string
		args        string
		environment map[string]string
		want        string // flags that are not their defaults
		from        string // variables that set a flag
		overruled   string // flags whose variable is ignored
		wrong       []string
	}{
		{"nothing", "import", "--rate 2/s", nil, "rate=2/s", "", "", nil},
		{"the command line counts more", "import", "--rate 2/s",
			map[string]string{"MUSTER_RATE": "1/s", "MUSTER_LIMIT": " 7 "}, "limit=7 rate=2/s", "MUSTER_LIMIT", "",
			nil},
		{"a test of a definition goes nowhere by the environment", "test", "", map[string]string{"MUSTER_ENV": "sandbox",
			"MUSTER_YES": "1", "MUSTER_BASE_URL": "http://127.0.0.1:1"}, "", "", "", nil},
		{"an empty variable is none", "import", "", map[string]string{"MUSTER_RATE": " "}, "", "", "", nil},
		{"of each kind", "import", "", map[string]string{"MUSTER_YES": "1", "MUSTER_LATENCY": "2s",
			"MUSTER_HEADER_ROW": "3", "MUSTER_CARRY": "Notes, old\n\n Branch \n"},
			"carry=[Notes, old|Branch] header-row=3 latency=2s yes=true",
			"MUSTER_CARRY MUSTER_HEADER_ROW MUSTER_LATENCY MUSTER_YES", "", nil},
		{"where requests go is said once", "import", "--env sandbox",
			map[string]string{"MUSTER_BASE_URL": "https://x.example", "MUSTER_PROVIDER": "acme"},
			"env=sandbox provider=acme", "MUSTER_PROVIDER", "base-url", nil},
		{"what is said for once, and the ledger", "import", "",
			map[string]string{"MUSTER_NEW_LEDGER": "1", "MUSTER_LEDGER": "l.db"}, "", "", "", nil},
		{"filters are asked for", "runs", "", map[string]string{"MUSTER_PROVIDER": "acme"}, "", "", "", nil},
		{"every mistake is named", "import", "", map[string]string{"MUSTER_RATE": "fast", "MUSTER_YES": "ja",
			"MUSTER_LIMIT": "many", "MUSTER_LATENCY": "soon", "MUSTER_HEADER_ROW": "0", "MUSTER_MAX_REJECTED": "all"},
			"", "", "", []string{"MUSTER_RATE: ", "MUSTER_YES: ", "MUSTER_LIMIT: ", "MUSTER_LATENCY: ",
				"MUSTER_HEADER_ROW: ", "MUSTER_MAX_REJECTED: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := command(t, c.command, strings.Fields(c.args)...)
			err := Take(cmd, func(name string) string { return c.environment[name] })
			if len(c.wrong) > 0 {
				var wrong *pipeline.Mistake
				if !errors.As(err, &wrong) {
					t.Fatalf("the error is %v", err)
				}
				for _, name := range c.wrong {
					if !strings.Contains(err.Error(), name) {
						t.Errorf("%v does not name %s", err, name)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got, overruled []string
			for _, name := range []string{"base-url", "carry", "env", "header-row",
				"latency", "ledger", "limit", "max-rejected", "new-ledger", "provider", "rate", "yes"} {
				f := cmd.Flags().Lookup(name)
				value := f.Value.String()
				if many, err := cmd.Flags().GetStringArray(name); err == nil {
					value = "[" + strings.Join(many, "|") + "]"
				}
				if f.Changed {
					got = append(got, name+"="+value)
				}
				if Overruled(f) != nil {
					overruled = append(overruled, name)
				}
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("the flags are %s, want %s", got, c.want)
			}
			if from := strings.Join(Of(cmd), " "); from != c.from {
				t.Errorf("set by %s, want %s", from, c.from)
			}
			if overruled := strings.Join(overruled, " "); overruled != c.overruled {
				t.Errorf("overruled are %s, want %s", overruled, c.overruled)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	provider := &pipeline.Provider{Name: "acme"}
	provider.Auth.Secrets = append(provider.Auth.Secrets, pipeline.Secret{Name: "client_id"})
	secrets := SecretVariables(provider)
	if want := []string{"MUSTER_ACME_CLIENT_ID", "MUSTER_ACME_CLIENT_ID_FILE"}; !slices.Equal(secrets, want) {
		t.Fatalf("the secrets are %s", secrets)
	}
	var got []string
	for _, warning := range Unknown(command(t, "import"), secrets,
		[]string{"MUSTER_RATE=1/s", "MUSTER_ENVIRONMENT=production", "HOME=/",
			"MUSTER_ACME_CLIENTID=x", "MUSTER_ACME_CLIENT_ID_FILE=x", "MUSTER_NEW_LEDGER=1", "MUSTER_EMPTY=",
			"MUSTER_BANANA=1"}) {
		got = append(got, warning.String())
	}
	want := []string{
		`settings.unknown_meant variable="MUSTER_ACME_CLIENTID" meant="MUSTER_ACME_CLIENT_ID"`,
		`settings.unknown variable="MUSTER_BANANA"`,
		`settings.unknown_meant variable="MUSTER_ENVIRONMENT" meant="MUSTER_ENV"`,
		`settings.command_line_only variable="MUSTER_NEW_LEDGER"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("the warnings are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestParseMaxRejected(t *testing.T) {
	for text, want := range map[string]importer.MaxRejected{"": {}, "none": {}, "10": {Rows: 10}, "5%": {Percent: 5},
		"0.5%": {Percent: 0.5}} {
		if got, err := ParseMaxRejected(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0", "-1", "0%", "100%", "NaN%", "all", "5 %"} {
		var wrong *pipeline.Mistake
		if got, err := ParseMaxRejected(text); !errors.As(err, &wrong) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
