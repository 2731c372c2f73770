package newdefinition

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

func (f *folder) environments() *yaml.Node {
	var all []entry
	for i, name := range []string{pipeline.EnvSandbox, pipeline.EnvProduction} {
		url := f.answers.Get(name)
		if url == none {
			continue
		}
		limits := []entry{{"concurrency", f.number("at_once"), f.ask("at_once")}, {"rate", f.answer("rate"), f.ask("rate")}}
		if i > 0 && len(all) > 0 { // the questions are written already
			limits[0].comment, limits[1].comment = "", ""
		}
		if auth := f.answers.Get("token_" + name); auth != "" {
			limits = append([]entry{{"auth_url", text(auth), ""}}, limits...)
		}
		switch url {
		case "":
			limits = append([]entry{{"base_url", f.unanswered(name), ""}}, limits...)
		case unpublished:
		default:
			limits = append([]entry{{"base_url", text(url), ""}}, limits...)
		}
		all = append(all, entry{name, keys(limits...), ""})
	}
	return keys(all...)
}

// The secrets of each kind of login.
const (
	secretToken        = "TOKEN"
	secretKey          = "API_KEY"
	secretUser         = "USER"
	secretPassword     = "PASSWORD"
	secretClientID     = "CLIENT_ID"
	secretClientSecret = "CLIENT_SECRET"
)

func (f *folder) auth() *yaml.Node {
	secret := func(name string, help *pipeline.Message) *yaml.Node {
		return flat(entry{"name", text(name), ""}, entry{"help", text(f.say(help)), ""})
	}
	user := pipeline.Say("new_definition.help_user")
	password := pipeline.Say("new_definition.help_password")
	all := func(secrets ...*yaml.Node) *yaml.Node {
		if f.signs() {
			secrets = append(secrets, secret(signingKey, pipeline.Say("new_definition.help_signing")))
		}
		if len(secrets) == 0 {
			return nil
		}
		return lines(secrets...)
	}
	ready := func(header *yaml.Node, prefix, name string) *yaml.Node {
		return keys(entry{"header", header, ""}, entry{"prefix", text(prefix), ""},
			entry{"secrets", all(secret(name, pipeline.Say("new_definition.help_key"))), ""},
			entry{"ready", text(name), ""})
	}
	switch f.answers.Get("auth") {
	case authBearer:
		return ready(text("Authorization"), f.prefix(), secretToken)
	case authHeader:
		return ready(f.answer("auth_header"), "", secretKey)
	case authBasic:
		return keys(entry{"basic", flat(entry{"user", text(secretUser), ""},
			entry{"password", text(secretPassword), ""}), ""},
			entry{"secrets", all(secret(secretUser, user), secret(secretPassword, password)), ""})
	case authOAuth:
		part := func(at string, e entry) *yaml.Node { return flat(entry{"at", text(at), ""}, e) }
		exchange := append(f.call("token_call"),
			entry{"encoding", f.answer("token_encoding"), f.ask("token_encoding")})
		body := []*yaml.Node{part("/grant_type", entry{"value", text("client_credentials"), ""})}
		if f.answers.Get("token_login") == loginBasic {
			exchange = append(exchange, entry{"basic", flat(entry{"user", text(secretClientID), ""},
				entry{"password", text(secretClientSecret), ""}), f.ask("token_login")})
		} else {
			body = append(body, part("/client_id", entry{"secret", text(secretClientID), ""}),
				part("/client_secret", entry{"secret", text(secretClientSecret), ""}))
		}
		if scope := f.optional("token_scope"); scope != nil {
			body = append(body, part("/scope", entry{"value", scope, ""}))
		}
		exchange = append(exchange, entry{"body", lines(body...), ""},
			entry{"token", texts(f.answers.Get("token_at")), f.ask("token_at")},
			entry{"expires_in", f.optional("token_life"), f.ask("token_life")})
		return keys(entry{"header", text("Authorization"), ""}, entry{"prefix", text(f.prefix()), ""},
			entry{"secrets", all(secret(secretClientID, user), secret(secretClientSecret, password)), ""},
			entry{"exchange", keys(exchange...), ""})
	}
	if f.answers.Get("auth") == authNone {
		return keys(entry{"secrets", all(), ""})
	}
	return f.unanswered("auth")
}

// call is the method, path and query of an answer such as GET /customers?email={key}.
func (f *folder) call(name string) []entry {
	m := calls.FindStringSubmatch(f.answers.Get(name))
	if m == nil {
		return []entry{{"method", text("POST"), ""}, {"path", f.unanswered(name), ""}}
	}
	var query []entry
	for pair := range strings.SplitSeq(m[3], "&") {
		if name, value, _ := strings.Cut(pair, "="); name != "" {
			query = append(query, entry{name, text(value), ""})
		}
	}
	entries := []entry{{"method", text(m[1]), ""}, {"path", text(m[2]), ""}}
	if len(query) > 0 {
		entries = append(entries, entry{"query", flat(query...), ""})
	}
	return entries
}

// headers are those of create and of look-ups; nil when there are none.
func (f *folder) headers() *yaml.Node {
	var all []entry
	for _, h := range f.answers.List("headers") {
		if m := header.FindStringSubmatch(h); m != nil {
			all = append(all, entry{m[1], text(m[2]), ""})
		}
	}
	if len(all) == 0 {
		return nil
	}
	return keys(all...)
}

func (f *folder) create() *yaml.Node {
	entries := append(f.call("create"), entry{"headers", f.headers(), f.ask("headers")},
		entry{"encoding", f.answer("encoding"), f.ask("encoding")},
		entry{"list_names", f.optional("list_names"), f.ask("list_names")},
		entry{"timeout", f.answer("timeout"), f.ask("timeout")}, entry{"under", f.optional("under"), f.ask("under")})
	around := []*yaml.Node{}
	for _, m := range f.around {
		around = append(around, flat(entry{"at", text(m.name), ""}, entry{"value", text(m.value.(string)), ""}))
	}
	switch at := f.answers.Get("resend_header"); {
	case f.answers.Get("resend") != resendKey:
	case strings.HasPrefix(at, "/"):
		around = append(around, flat(entry{"at", text(at), ""},
			entry{"value", text("{" + pipeline.VariableIdempotencyKey + "}"), ""}))
	default:
		entries = append(entries, entry{"idempotency_header", f.answer("resend_header"), f.ask("resend_header")})
	}
	if len(around) > 0 {
		entries = append(entries, entry{"around", lines(around...), ""})
	}
	return keys(entries...)
}

// settingName is the form of what people give for a name in braces.
var settingName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// settings are the names in braces, in capitals, in all answers, which are not secrets; nil when there are none.
func (f *folder) settings() *yaml.Node {
	var all []*yaml.Node
	seen := []string{signingKey, secretToken, secretKey, secretUser, secretPassword, secretClientID, secretClientSecret}
	for _, q := range Questions() {
		for _, v := range f.answers.List(q.Name) {
			if q.Name == "example" || q.Name == "schema" {
				continue
			}
			for _, name := range pipeline.Variables(v) {
				if settingName.MatchString(name) && !slices.Contains(seen, name) {
					seen = append(seen, name)
					all = append(all, flat(entry{"name", text(name), ""},
						entry{"help", text(f.say(pipeline.Say("new_definition.help_setting", "name", "{"+name+"}"))), ""}))
				}
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return lines(all...)
}
