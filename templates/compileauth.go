package templates

import (
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
)

// auth compiles the credentials of requests, and the settings.
func (y *yamlDefinition) auth(r *reader, p *pipeline.Provider) {
	a := &p.Auth
	a.Header, a.Prefix, a.Ready, a.Headers = y.Auth.Header.s, y.Auth.Prefix.s, y.Auth.Ready.s, y.Auth.Headers.plain()
	var names []string
	for _, s := range y.Auth.Secrets {
		a.Secrets = append(a.Secrets, pipeline.Secret{Name: r.must(s.Name, 0, "auth.secrets[].name"),
			Help: pipeline.Localized(s.Help)})
		names = append(names, s.Name.s)
	}
	used, before := map[string]bool{a.Ready: true}, len(r.mistakes)
	secret := func(t text, key string) string {
		used[t.s] = true
		if t.s != "" && !slices.Contains(names, t.s) {
			r.failName(t, names, "definition.unknown_secret", "key", key, "name", t.s)
		}
		return t.s
	}
	secret(y.Auth.Ready, "auth.ready")
	y.settings(r, p)
	r.header(y.Auth.Header, "auth.header")
	if strings.EqualFold(a.Header, "Authorization") && authScheme.MatchString(a.Prefix) {
		r.fail(y.Auth.Prefix.line, "definition.prefix_space", "prefix", a.Prefix).
			Try("definition.try_quotes_space", "text", `"`+a.Prefix+` "`)
	}
	a.Basic = r.basic(y.Auth.Basic, p, secret, "auth.basic")
	y.exchange(r, p, secret)
	y.wrap(r, p, secret)
	switch {
	case a.Header != "" && a.Ready == "" && a.Exchange == nil:
		r.fail(y.Auth.Header.line, "definition.no_auth")
	case a.Header == "" && (a.Ready != "" || a.Exchange != nil):
		r.fail(y.Auth.Ready.line, "definition.missing", "key", "auth.header")
	case a.Header == "" && a.Basic == nil && len(a.Headers) == 0 && y.Sign == nil:
		r.fail(0, "definition.no_proof")
	}
	y.sign(r, p, secret)
	for _, name := range y.Sign.variables() {
		used[name] = true
	}
	for _, all := range append(y.allHeaders(), y.Auth.Headers) {
		for _, h := range all {
			for _, v := range pipeline.Variables(h.Value) {
				used[v] = true
			}
		}
	}
	variablesOf(p).headers(r, y.Auth.Headers, "auth", "")
	for _, s := range y.Auth.Secrets {
		// A mistake in a name above makes another name look unused.
		if len(r.mistakes) == before && !used[s.Name.s] {
			r.fail(s.Name.line, "definition.unused_secret", "name", s.Name.s)
		}
	}
}

// allHeaders are the headers of each call.
func (y *yamlDefinition) allHeaders() []pairs {
	all := []pairs{y.Create.Headers}
	if y.Auth.Exchange != nil {
		all = append(all, y.Auth.Exchange.Headers)
	}
	for _, l := range y.LookUps {
		all = append(all, l.Headers)
	}
	if y.Await != nil {
		all = append(all, y.Await.Headers)
	}
	return all
}

func (y *yamlDefinition) exchange(r *reader, p *pipeline.Provider, secret func(text, string) string) {
	x := y.Auth.Exchange
	if x == nil {
		return
	}
	e := &pipeline.Exchange{Call: x.call(r, "auth.exchange"), Token: r.pointers(x.Token),
		Encoding: r.encoding(x.Encoding), ExpiresIn: r.pointer(x.ExpiresIn), ExpiresAt: r.pointer(x.ExpiresAt)}
	e.Basic = r.basic(x.Basic, p, secret, "auth.exchange.basic")
	e.Body = bodyParts(r, x.Body)
	for i := range e.Body {
		secret(x.Body[i].Secret, "auth.exchange.body[].secret")
		variablesOf(p).text(r, x.Body[i].Value, "auth.exchange")
	}
	if len(e.Token) == 0 {
		r.fail(x.Path.line, "definition.no_token")
	}
	p.Auth.Exchange = e
}

// settingName is the form of a setting's name, with which its environment variable ends.
var settingName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// settings adds the settings to the secrets, because both are given in the same way.
func (y *yamlDefinition) settings(r *reader, p *pipeline.Provider) {
	for _, s := range y.Settings {
		name := r.must(s.Name, 0, "settings[].name")
		if name != "" && !settingName.MatchString(name) {
			r.fail(s.Name.line, "definition.setting_name", "name", name)
		}
		if slices.ContainsFunc(p.Auth.Secrets, func(other pipeline.Secret) bool { return other.Name == name }) {
			r.fail(s.Name.line, "definition.member_twice", "name", name)
		}
		p.Auth.Secrets = append(p.Auth.Secrets, pipeline.Secret{Name: name, Help: pipeline.Localized(s.Help),
			Setting: true, Default: s.Default.s})
	}
}

// basic compiles a user and a password; the user may be a setting.
func (r *reader) basic(b *yamlBasic, p *pipeline.Provider, secret func(text, string) string, key string) *pipeline.Basic {
	if b == nil {
		return nil
	}
	out := &pipeline.Basic{User: b.User.s, Password: secret(b.Password, key+".password")}
	setting := func(s pipeline.Secret) bool { return s.Setting && s.Name == b.User.s }
	if !slices.ContainsFunc(p.Auth.Secrets, setting) {
		secret(b.User, key+".user")
	}
	if out.User == "" && out.Password == "" {
		r.fail(b.User.line, "definition.missing", "key", key+".user")
	}
	return out
}

func (r *reader) encoding(t text) pipeline.Encoding {
	if t.s == "" || t.s == "json" {
		return pipeline.EncodingJSON
	}
	if all := pipeline.Encodings(); !slices.Contains(all, pipeline.Encoding(t.s)) {
		r.failName(t, spelled(all), "definition.encoding", "text", t.s)
	}
	return pipeline.Encoding(t.s)
}

// listNames is how a form of that encoding names the values of a list.
func (r *reader) listNames(t, encoding text) pipeline.ListNames {
	all := spelled(pipeline.AllListNames())
	switch {
	case t.s == "":
		return pipeline.ListIndexes
	case !slices.Contains(all, t.s):
		r.failName(t, all, "definition.list_names", "text", t.s)
	case encoding.s == "" || encoding.s == "json":
		r.fail(t.line, "definition.needs", "key", "create.list_names", "other", "encoding: form")
	case t.s == "indexes":
		return pipeline.ListIndexes
	}
	return pipeline.ListNames(t.s)
}

// variables are the names that may be in braces.
type variables struct {
	secrets, settings, fields []string
}

func variablesOf(p *pipeline.Provider) variables {
	var v variables
	for _, s := range p.Auth.Secrets {
		if s.Setting {
			v.settings = append(v.settings, s.Name)
		} else {
			v.secrets = append(v.secrets, s.Name)
		}
	}
	for _, f := range p.Fields {
		if !strings.Contains(f.Path, "[") && f.Required {
			v.fields = append(v.fields, f.Path)
		}
	}
	return v
}

// check refuses unknown names in braces in a call; own is the call's own variable.
func (v variables) check(r *reader, c yamlCall, call, own string) {
	known := append([]string{pipeline.VariableTime}, v.settings...)
	switch {
	case call == "create":
		known = append(known, v.fields...)
	case own != "":
		known = append(known, own)
	}
	v.names(r, c.Path, call, known)
	for _, q := range c.Query {
		v.names(r, text{q.Value, q.line}, call, known)
	}
	v.headers(r, c.Headers, call, own)
}

// headers is check for headers, which may have secrets, and no value of a row.
func (v variables) headers(r *reader, all pairs, call, own string) {
	known := append(append([]string{pipeline.VariableTime}, v.settings...), v.secrets...)
	if own == pipeline.VariableIdempotencyKey {
		known = append(known, own)
	}
	for _, h := range all {
		r.header(text{h.Name, h.line}, call)
		v.names(r, text{h.Value, h.line}, call, known)
	}
}

// text is check for a text in a body.
func (v variables) text(r *reader, t text, call string) {
	v.names(r, t, call, append([]string{pipeline.VariableTime}, v.settings...))
}

func (v variables) names(r *reader, template text, call string, known []string) {
	if strings.Contains(template.s, "{{") {
		r.fail(template.line, "definition.double_braces", "call", call, "text", template.s)
		return
	}
	if strings.Count(template.s, "{") != strings.Count(template.s, "}") {
		r.fail(template.line, "definition.braces", "call", call, "text", template.s)
		return
	}
	for _, name := range pipeline.Variables(template.s) {
		if !slices.Contains(known, name) {
			r.failName(text{name, template.line}, known, "definition.unknown_variable", "call", call, "variable", "{"+name+"}")
		}
	}
}

func bodyParts(r *reader, parts []yamlBodyPart) []pipeline.BodyPart {
	var out []pipeline.BodyPart
	for _, part := range parts {
		if (part.Secret.s == "") == (part.Value.s == "") {
			r.fail(part.At.line, "definition.member_source")
		}
		r.must(part.At, max(part.Secret.line, part.Value.line), "member.at")
		out = append(out, pipeline.BodyPart{At: r.pointer(part.At), Secret: part.Secret.s, Value: part.Value.s})
	}
	return out
}
