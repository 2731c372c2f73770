package pipeline

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func acme() *Provider {
	return &Provider{Name: "acme", Title: "Acme", Environments: []Environment{
		{Name: EnvSandbox, BaseURL: "https://Sandbox.Acme.example/v1/",
			Limit: Limit{Concurrency: 2, Rate: Rate{N: 5, Per: 1}}},
		{Name: EnvProduction, AuthURL: "https://Auth.Acme.example/", Limit: Limit{Concurrency: 4}},
	}}
}

func TestTarget(t *testing.T) {
	const sandbox = "https://sandbox.acme.example/v1"
	for _, c := range []struct {
		name string
		o    TargetOptions
		env  string
		base string
		open int
	}{
		{"nothing is a rehearsal", TargetOptions{}, EnvLocal, "", 8},
		{"local", TargetOptions{Env: "local"}, EnvLocal, "", 8},
		{"a declared environment", TargetOptions{Env: "sandbox"}, EnvSandbox, sandbox, 2},
		{"its base URL in another spelling", TargetOptions{BaseURL: "HTTPS://SANDBOX.acme.example:443/v1//"},
			EnvSandbox, sandbox, 2},
		{"both", TargetOptions{Env: "sandbox", BaseURL: sandbox}, EnvSandbox, sandbox, 2},
		{"an environment at another host", TargetOptions{Env: "production", BaseURL: "https://api.acme.example/"},
			EnvProduction, "https://api.acme.example", 4},
		{"another URL is an environment of its own", TargetOptions{BaseURL: "http://127.0.0.1:8080/"},
			"http://127.0.0.1:8080", "http://127.0.0.1:8080", 2},
	} {
		c.o.Account = "north"
		got, err := acme().Target(c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := Namespace{Provider: "acme", Env: c.env, Account: "north"}
		if got.Namespace != want || got.BaseURL != c.base || got.Limit.Concurrency != c.open {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestTokensAtAnotherHost: tokens are requested at a declared host, and only at the base URL when the user names one
// that is not declared.
func TestTokensAtAnotherHost(t *testing.T) {
	const declared, auth = "https://sandbox.acme.example/v1", "https://auth.acme.example"
	for _, c := range []struct {
		name, declared string
		o              TargetOptions
		auth           string
	}{
		{"as declared", declared, TargetOptions{Env: "sandbox"}, auth},
		{"its own base URL", declared, TargetOptions{BaseURL: declared + "/"}, auth},
		{"at another host", declared, TargetOptions{Env: "sandbox", BaseURL: "https://other.example"}, ""},
		{"at this machine", declared, TargetOptions{BaseURL: "http://127.0.0.1:8080"}, ""},
		{"a host that is not published", "", TargetOptions{Env: "sandbox", BaseURL: "https://other.example"}, auth},
		{"a rehearsal", declared, TargetOptions{}, ""},
	} {
		p := acme()
		p.Environments[0].BaseURL, p.Environments[0].AuthURL = c.declared, "https://Auth.acme.example/"
		got, err := p.Target(c.o)
		if err != nil || got.AuthURL != c.auth {
			t.Errorf("%s: %q, %v", c.name, got.AuthURL, err)
		}
	}
}

// An overlay has the namespaces of its base, whichever of their hosts requests go to, and two environments stay
// separate.
func TestTargetOfAnOverlay(t *testing.T) {
	base := acme()
	overlay := &Provider{Name: "acme-v2", Base: &Provider{Name: "acme-v1", Base: base}, Environments: []Environment{
		{Name: EnvSandbox, BaseURL: "https://v2.sandbox.acme.example", Limit: Limit{Concurrency: 1}},
		{Name: EnvProduction, BaseURL: "https://v2.acme.example", Limit: Limit{Concurrency: 1}}}}
	for _, c := range []struct {
		name string
		o    TargetOptions
		env  string
		base string
	}{
		{"a rehearsal", TargetOptions{}, EnvLocal, ""},
		{"sandbox", TargetOptions{Env: "sandbox"}, EnvSandbox, "https://v2.sandbox.acme.example"},
		{"production", TargetOptions{Env: "production", Account: "north"}, EnvProduction, "https://v2.acme.example"},
		{"its own host", TargetOptions{BaseURL: "https://v2.acme.example"}, EnvProduction, "https://v2.acme.example"},
		{"the host of its base", TargetOptions{BaseURL: "https://sandbox.acme.example/v1"}, EnvSandbox,
			"https://sandbox.acme.example/v1"},
		{"another", TargetOptions{BaseURL: "http://127.0.0.1:8080"}, "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
	} {
		got, err := overlay.Target(c.o)
		if want := (Namespace{Provider: "acme", Env: c.env, Account: c.o.Account}); err != nil ||
			got.Namespace != want || got.BaseURL != c.base {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if n, err := overlay.NamespaceOf(c.o, Run{}); err != nil || n != got.Namespace {
			t.Errorf("%s: without sending %v, %v", c.name, n, err)
		}
	}
	run := Run{ID: "r1", Namespace: Namespace{Provider: "acme", Env: EnvSandbox}, BaseURL: "https://x.acme.example"}
	if n, err := overlay.NamespaceOf(TargetOptions{}, run); err != nil || n != run.Namespace {
		t.Errorf("of a run of the base %v, %v", n, err)
	}
	if _, err := overlay.Target(TargetOptions{Env: EnvProduction, BaseURL: "https://sandbox.acme.example/v1"}); err == nil {
		t.Error("the sandbox of the base is production")
	}
	elsewhere, err := overlay.Target(TargetOptions{BaseURL: run.BaseURL})
	if err != nil || overlay.CheckHost(elsewhere, []Run{run}) == nil {
		t.Errorf("the host of a run of the base has another name: %v, %v", elsewhere, err)
	}
	if v := SecretVariable(overlay.Root().Name, "API_KEY"); v != "MUSTER_ACME_API_KEY" {
		t.Errorf("its secret is %s", v)
	}
}

func TestTargetRefuses(t *testing.T) {
	for _, c := range []struct {
		o          TargetOptions
		says, hint string
	}{
		{TargetOptions{Env: "staging"}, `target.no_env provider="Acme" env="staging"`, "[local sandbox production]"},
		{TargetOptions{Env: "production"}, `target.base_url_unpublished provider="Acme" env="production"`,
			"target.give_base_url"},
		{TargetOptions{Env: "local", BaseURL: "https://a.example"}, "target.local_with_base_url",
			"target.leave_out_one"},
		{TargetOptions{Env: "production", BaseURL: "https://sandbox.acme.example/v1"},
			`env="sandbox" provider="Acme" named="production"`, `target.name_env env="sandbox"`},
		{TargetOptions{BaseURL: "http://a.example"}, "target.base_url_unencrypted", "target.use_https"},
	} {
		_, err := acme().Target(c.o)
		wantMistake(t, err, c.says, c.hint)
	}
	p := acme()
	p.Environments[0].BaseURL = "sandbox.acme.example"
	_, err := p.Target(TargetOptions{})
	wantMistake(t, err, `target.declared_base_url provider="Acme" env="sandbox" cause=(target.base_url`, "")
}

func TestNamespaceOf(t *testing.T) {
	run := Run{Namespace: Namespace{Provider: "acme", Env: "https://a.example", Account: "north"}}
	for _, c := range []struct {
		name string
		o    TargetOptions
		run  Run
		want Namespace
	}{
		{"nothing named is the run's", TargetOptions{}, run, run.Namespace},
		{"no run is the rehearsal's", TargetOptions{}, Run{}, Namespace{Provider: "acme", Env: EnvLocal}},
		{"another provider's run says nothing", TargetOptions{},
			Run{Namespace: Namespace{Provider: "other", Env: "sandbox"}}, Namespace{Provider: "acme", Env: EnvLocal}},
		{"what is named goes before the run", TargetOptions{Account: "south"}, run,
			Namespace{Provider: "acme", Env: EnvLocal, Account: "south"}},
		{"an unpublished URL is not missed", TargetOptions{Env: "production"}, run,
			Namespace{Provider: "acme", Env: EnvProduction}},
		{"a base URL", TargetOptions{BaseURL: "https://B.example/"}, run,
			Namespace{Provider: "acme", Env: "https://b.example"}},
	} {
		if got, err := acme().NamespaceOf(c.o, c.run); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	_, err := acme().NamespaceOf(TargetOptions{Env: "staging"}, run)
	wantMistake(t, err, "target.no_env", "target.envs")
}

func TestCheckHostRefusesAnotherNameOfAHost(t *testing.T) {
	const url = "https://api.acme.example"
	at := func(env, account, base string) Run {
		return Run{ID: "R1", Namespace: Namespace{Provider: "acme", Env: env, Account: account}, BaseURL: base}
	}
	here := Target{Namespace: Namespace{Provider: "acme", Env: EnvProduction}, BaseURL: url}
	other := at(url, "", url)
	other.Namespace.Provider = "other"
	for _, c := range []struct {
		name string
		to   Target
		runs []Run
		hint string // "" where it is accepted
	}{
		{"nothing known", here, nil, ""},
		{"the same name", here, []Run{at(EnvProduction, "", url)}, ""},
		{"another host", here, []Run{at(url+"/v2", "", url+"/v2")}, ""},
		{"another account", here, []Run{at(url, "north", url)}, ""},
		{"another provider", here, []Run{other}, ""},
		{"a rehearsal before", here, []Run{at(EnvLocal, "", url)}, ""},
		{"a rehearsal now", Target{Namespace: Namespace{Provider: "acme", Env: EnvLocal}, BaseURL: url},
			[]Run{at(url, "", url)}, ""},
		{"its URL before", here, []Run{at(url, "", url)}, `target.same_base_url url="` + url},
		{"an environment before", Target{Namespace: Namespace{Provider: "acme", Env: url}, BaseURL: url},
			[]Run{at(EnvProduction, "", url)}, `target.same_env env="production"`},
	} {
		err := acme().CheckHost(c.to, c.runs)
		if c.hint != "" {
			wantMistake(t, err, "target.host_has_other_name", c.hint)
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Two environments may have one base URL when the secret decides between them.
func TestEnvironmentsAtOneHost(t *testing.T) {
	const url = "https://api.acme.example"
	p := acme()
	p.Environments[0].BaseURL, p.Environments[1].BaseURL = url+"/", url
	p.Environments[0].Secrets = []SecretForm{{Name: "KEY", Form: regexp.MustCompile(`\Atest_.*\z`)}}
	for _, env := range []string{EnvSandbox, EnvProduction} {
		got, err := p.Target(TargetOptions{Env: env, BaseURL: url})
		if err != nil || got.Namespace.Env != env || got.BaseURL != url {
			t.Errorf("%s: %+v, %v", env, got, err)
		}
		before := Run{ID: "R1", Namespace: Namespace{Provider: "acme", Env: EnvSandbox}, BaseURL: url}
		if err := p.CheckHost(got, []Run{before}); err != nil {
			t.Errorf("%s behind the sandbox: %v", env, err)
		}
	}
	_, err := p.Target(TargetOptions{BaseURL: url})
	wantMistake(t, err, "target.base_url_of_several", "target.name_one_env")
	for _, c := range []struct {
		env, key string
		refused  bool
	}{
		{EnvSandbox, "test_1", false}, {EnvSandbox, "live_1", true}, {EnvSandbox, "a test_1", true},
		{EnvSandbox, "", false}, {EnvProduction, "live_1", false}, {url, "live_1", false},
	} {
		err := p.CheckSecretsIn(c.env, map[string]string{"KEY": c.key})
		if c.refused {
			wantMistake(t, err, "target.secret_of_other_env", "target.show_secrets")
		}
		if (err != nil) != c.refused || err != nil && strings.Contains(err.Error(), c.key) {
			t.Errorf("%s with %q: %v", c.env, c.key, err)
		}
	}
}

func TestReal(t *testing.T) {
	for _, c := range []struct {
		env, base string
		want      bool
	}{
		{EnvProduction, "https://api.acme.example", true},
		{"https://api.acme.example", "https://api.acme.example", true},
		{EnvProduction, "http://127.0.0.1:8080", false},
		{"http://localhost:80", "http://localhost:80", false},
		{EnvSandbox, "https://sandbox.acme.example", false},
		{EnvLocal, "", false},
	} {
		if got := (Target{Namespace: Namespace{Env: c.env}, BaseURL: c.base}).Real(); got != c.want {
			t.Errorf("%s at %s: %v", c.env, c.base, got)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for _, c := range []struct {
		in      string
		anyHTTP bool
		want    string
	}{
		{"", false, ""},
		{"HTTPS://API.Example.com:443/V1/", false, "https://api.example.com/V1"},
		{"https://api.example.com:8443", false, "https://api.example.com:8443"},
		{"http://[::1]:80//", false, "http://[::1]"},
		{"http://LOCALHOST:8080", false, "http://localhost:8080"},
		{"http://api.example.com", true, "http://api.example.com"},
		{"https://api.example.com/a%20b/@c", false, "https://api.example.com/a%20b/@c"},
	} {
		if got, err := BaseURL(c.in, c.anyHTTP); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", c.in, got, err)
		}
	}
	for in, says := range map[string]string{
		"api.example.com":               "target.base_url ",
		"ftp://api.example.com":         "target.base_url ",
		"https://":                      "target.base_url ",
		"http://api.example.com":        "target.base_url_unencrypted",
		"https://s3cret@example.com":    "target.base_url_secret",
		"https://example.com?t=s3cret":  "target.base_url_secret",
		"https://example.com#s3cret":    "target.base_url_secret",
		"https://us:s3cret%@ex.example": "target.base_url_secret",
	} {
		_, err := BaseURL(in, false)
		wantMistake(t, err, says, "")
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error repeats a secret: %v", err)
		}
	}
}

func TestPlainHTTP(t *testing.T) {
	for base, want := range map[string]bool{
		"http://api.example.com": true, "https://api.example.com": false, "http://127.0.0.1:8080": false,
		"http://localhost": false, "http://[::1]": false, "": false,
	} {
		if got := PlainHTTP(base); got != want {
			t.Errorf("%q: %v", base, got)
		}
	}
}

func TestLimitWith(t *testing.T) {
	own := Limit{Concurrency: 2, Rate: Rate{N: 5, Per: 1}}
	if got, err := own.With("", 0); err != nil || got != own {
		t.Errorf("nothing asked for: %+v, %v", got, err)
	}
	if got, err := own.With("none", 1000); err != nil || got != (Limit{Concurrency: 1000}) {
		t.Errorf("no pace and 1000: %+v, %v", got, err)
	}
	_, err := own.With("fast", 0)
	wantMistake(t, err, `target.rate_flag cause=(target.rate rate="fast")`, "")
	for _, n := range []int{-1, 1001} {
		_, err := own.With("", n)
		wantMistake(t, err, "target.concurrency", "")
	}
}

// wantMistake fails the test unless err is a [Mistake] with that message and hint.
func wantMistake(t *testing.T, err error, says, hint string) {
	t.Helper()
	var m *Mistake
	if !errors.As(err, &m) {
		t.Errorf("%v is no mistake; wanted one that says %q", err, says)
		return
	}
	if !strings.Contains(m.Error(), says) || !strings.Contains(m.Hint.String(), hint) {
		t.Errorf("%v (%s); wanted %q (%s)", m, m.Hint.String(), says, hint)
	}
}
