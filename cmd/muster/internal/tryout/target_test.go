package tryout

import (
	"errors"
	"maps"
	"regexp"
	"testing"

	"muster/pipeline"
)

// A trial goes to the declared sandbox or to this machine, and nowhere else.
func TestTarget(t *testing.T) {
	one := pipeline.Limit{Concurrency: 1}
	sandbox := pipeline.Environment{Name: pipeline.EnvSandbox, BaseURL: "https://sandbox.acme.example", Limit: one}
	production := pipeline.Environment{Name: pipeline.EnvProduction, BaseURL: "https://api.acme.example", Limit: one}
	same := production
	same.BaseURL = "https://SANDBOX.acme.example:443/"
	testKeys := sandbox
	testKeys.Secrets = []pipeline.SecretForm{{Name: "KEY", Form: regexp.MustCompile("^test_")}}
	unpublished := sandbox
	unpublished.BaseURL = ""
	for _, c := range []struct {
		environments []pipeline.Environment
		env, url     string
		at, env2     string
		code         pipeline.MessageCode
	}{
		{[]pipeline.Environment{sandbox, production}, "sandbox", "", "https://sandbox.acme.example", "sandbox", ""},
		{[]pipeline.Environment{sandbox}, "sandbox", "", "https://sandbox.acme.example", "sandbox", ""},
		{[]pipeline.Environment{sandbox, production}, "sandbox", "http://127.0.0.1:80/x/", "http://127.0.0.1/x",
			"http://127.0.0.1/x", ""},
		{[]pipeline.Environment{sandbox, production}, "sandbox", "https://api.acme.example", "", "", "tryout.undeclared"},
		{[]pipeline.Environment{sandbox, production}, "sandbox", "https://sandbox.acme.example", "", "", "tryout.undeclared"},
		{[]pipeline.Environment{sandbox, production}, "sandbox", "http://localhost.evil.example", "", "",
			"tryout.undeclared"},
		{[]pipeline.Environment{sandbox, production}, "production", "", "", "", "tryout.never_production"},
		{[]pipeline.Environment{sandbox, production}, "production", "http://127.0.0.1:80", "", "", "tryout.never_production"},
		{[]pipeline.Environment{sandbox, production}, "local", "", "", "", "tryout.sandbox_only"},
		{[]pipeline.Environment{sandbox, production}, "", "http://127.0.0.1:80", "", "", "tryout.env_needed"},
		{[]pipeline.Environment{sandbox, same}, "sandbox", "", "", "", "tryout.same_address"},
		{[]pipeline.Environment{testKeys, same}, "sandbox", "", "https://sandbox.acme.example", "sandbox", ""},
		{[]pipeline.Environment{unpublished, production}, "sandbox", "", "", "", "tryout.no_address"},
		{[]pipeline.Environment{production}, "sandbox", "", "", "", "target.no_env"},
	} {
		p := &pipeline.Provider{Name: "acme", Title: "Acme", Environments: c.environments}
		got, err := Target(p, pipeline.TargetOptions{Env: c.env, BaseURL: c.url})
		var mistake *pipeline.Mistake
		if c.code != "" {
			if !errors.As(err, &mistake) || mistake.What.Code != c.code {
				t.Errorf("%s, %s: %v, want %s", c.env, c.url, err, c.code)
			}
			continue
		}
		if err != nil || got.BaseURL != c.at || got.Namespace.Env != c.env2 {
			t.Errorf("%s, %s: %+v, %v", c.env, c.url, got, err)
		}
	}
}

func TestValues(t *testing.T) {
	got, err := Values([]string{"a=b", "c.d=e=f", "g="})
	if want := map[string]string{"a": "b", "c.d": "e=f", "g": ""}; err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, wrong := range []string{"a", "=b", ""} {
		if _, err := Values([]string{wrong}); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}
