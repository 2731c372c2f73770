package newdefinition

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
	"muster/templates"
)

// provider writes provider.yaml.
func (f *folder) provider() ([]byte, error) {
	a := f.answers
	return document([]entry{
		{"name", f.answer("name"), f.say(pipeline.Say("new_definition.head"))},
		{"title", text(firstOf(a.Get("title"), a.Get("name"), f.name)), ""},
		{"docs", f.optional("docs"), ""},
		{"environments", f.environments(), f.ask("sandbox")},
		{"auth", f.auth(), f.ask("auth")},
		{"sign", f.sign(), f.ask("sign")},
		{"create", f.create(), f.ask("create")},
		{"shape", f.optional("shape"), f.ask("shape")},
		{"keys", f.keys(), f.ask("same_customer")},
		{"same", f.same(), f.ask("same_record")},
		{"display", f.display(), f.ask("display")},
		{"answers", f.statuses(), f.say(pipeline.Say("new_definition.answers"))},
		{"await", f.await(), f.ask("await")},
		{"record", f.record(f.id(), f.body()), f.ask("id")},
		{"errors", f.errors(), f.ask("error_code")},
		{"request_id_header", f.optional("request_id_header"), f.ask("request_id_header")},
		{"look_ups", f.lookUps(), f.ask("look_up")},
		{"settle", f.settle(), f.ask("resend")},
		{"standin", keys(entry{"ids", lines(flat(entry{"prefix", text("made-up-"), ""}, entry{"length", bare("12"), ""})),
			f.say(pipeline.Say("new_definition.standin_ids"))}), ""},
	})
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// answer is the node of an answer or, without one, of a mistake with the question.
func (f *folder) answer(name string) *yaml.Node {
	if v := f.answers.Get(name); v != "" {
		return text(v)
	}
	return f.unanswered(name)
}

// number is answer without quotes.
func (f *folder) number(name string) *yaml.Node {
	if v := f.answers.Get(name); v != "" {
		return bare(v)
	}
	return f.unanswered(name)
}

func (f *folder) unanswered(name string) *yaml.Node {
	return text(templates.Unanswered + f.ask(name))
}

func (f *folder) optional(name string) *yaml.Node {
	if v := f.answers.Get(name); v != "" && v != none {
		return text(v)
	}
	return nil
}

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
		return ready(text("Authorization"), f.prefix(), "TOKEN")
	case authHeader:
		return ready(f.answer("auth_header"), "", "API_KEY")
	case authBasic:
		return keys(entry{"basic", flat(entry{"user", text("USER"), ""}, entry{"password", text("PASSWORD"), ""}), ""},
			entry{"secrets", all(secret("USER", user), secret("PASSWORD", password)), ""})
	case authOAuth:
		part := func(at string, e entry) *yaml.Node { return flat(entry{"at", text(at), ""}, e) }
		exchange := append(f.call("token_call"),
			entry{"encoding", f.answer("token_encoding"), f.ask("token_encoding")})
		body := []*yaml.Node{part("/grant_type", entry{"value", text("client_credentials"), ""})}
		if f.answers.Get("token_login") == loginBasic {
			exchange = append(exchange, entry{"basic", flat(entry{"user", text("CLIENT_ID"), ""},
				entry{"password", text("CLIENT_SECRET"), ""}), f.ask("token_login")})
		} else {
			body = append(body, part("/client_id", entry{"secret", text("CLIENT_ID"), ""}),
				part("/client_secret", entry{"secret", text("CLIENT_SECRET"), ""}))
		}
		if scope := f.optional("token_scope"); scope != nil {
			body = append(body, part("/scope", entry{"value", scope, ""}))
		}
		exchange = append(exchange, entry{"body", lines(body...), ""},
			entry{"token", texts(f.answers.Get("token_at")), f.ask("token_at")},
			entry{"expires_in", f.optional("token_life"), f.ask("token_life")})
		return keys(entry{"header", text("Authorization"), ""}, entry{"prefix", text(f.prefix()), ""},
			entry{"secrets", all(secret("CLIENT_ID", user), secret("CLIENT_SECRET", password)), ""},
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
		entry{"timeout", f.answer("timeout"), f.ask("timeout")})
	switch at := f.answers.Get("resend_header"); {
	case f.answers.Get("resend") != resendKey:
	case strings.HasPrefix(at, "/"):
		entries = append(entries, entry{"around", lines(flat(entry{"at", text(at), ""},
			entry{"value", text("{" + pipeline.VariableIdempotencyKey + "}"), ""})), f.ask("resend_header")})
	default:
		entries = append(entries, entry{"idempotency_header", f.answer("resend_header"), f.ask("resend_header")})
	}
	return keys(entries...)
}

// spelled are the steps that make one of the spellings of a key; nil for none. Where nothing was answered, two
// spellings that differ in capitals are one customer: the other way round it would be sent twice.
func (f *folder) spelled(field string) *yaml.Node {
	how := spelledLower
	for _, v := range f.answers.List("same_spelling") {
		if m := spelling.FindStringSubmatch(v); m != nil && (m[1] == "" || m[1] == field) {
			how = m[2]
			if m[1] != "" {
				break
			}
		}
	}
	switch how {
	case spelledDigits:
		return texts(string(pipeline.Digits))
	case spelledExact:
		return nil
	}
	return texts(string(pipeline.Lower))
}

// keys are the fields that make a customer the same.
func (f *folder) keys() *yaml.Node {
	ours := f.answers.Get("resend_field")
	fields := slices.Clone(f.answers.List("same_customer"))
	if len(fields) == 0 {
		return f.unanswered("same_customer")
	}
	if ours != "" && !slices.Contains(fields, ours) {
		fields = append(fields, ours)
	}
	var all []*yaml.Node
	for _, field := range fields {
		entries := []entry{{"name", text(keyName(field)), ""}, {"field", text(field), ""},
			{"normalise", f.spelled(field), ""}}
		if field == ours {
			entries = append(entries, entry{"ours", bare("true"), ""})
		}
		all = append(all, flat(entries...))
	}
	return lines(all...)
}

// keyName is the name of a key on a field: the last part of its path.
func keyName(field string) string { return field[strings.LastIndexByte(field, '.')+1:] }

func (f *folder) same() *yaml.Node {
	fields := f.answers.List("same_record")
	if len(fields) == 0 {
		return f.unanswered("same_record")
	}
	var all []*yaml.Node
	for _, field := range fields {
		how := texts(string(pipeline.Lower), string(pipeline.Collapse))
		if key := f.spelled(field); key != nil && key.Content[0].Value == string(pipeline.Digits) &&
			slices.Contains(f.answers.List("same_customer"), field) {
			how = key
		}
		all = append(all, flat(entry{"field", text(field), ""}, entry{"normalise", how, ""}))
	}
	return lines(all...)
}

func (f *folder) display() *yaml.Node {
	fields := f.answers.List("display")
	if len(fields) == 0 {
		fields = f.answers.List("same_customer")
	}
	if len(fields) == 0 {
		return nil
	}
	return lines(texts(fields...))
}

// statuses are the rules for answers: those that were asked for, and the meaning of the others in HTTP.
func (f *folder) statuses() *yaml.Node {
	var all []*yaml.Node
	for _, each := range []struct {
		name    string
		verdict pipeline.Verdict
	}{{"created", pipeline.VerdictCreated}, {"accepted", pipeline.VerdictAccepted}, {"exists", pipeline.VerdictExists},
		{"rejected", pipeline.VerdictRefused}, {"wait", pipeline.VerdictThrottled}} {
		values := f.answers.List(each.name)
		if len(values) == 0 {
			all = append(all, flat(entry{"status", f.unanswered(each.name), ""},
				entry{"verdict", text(string(each.verdict)), ""}))
			continue
		}
		for _, v := range values {
			if v != none {
				all = append(all, f.rule(v, each.verdict))
			}
		}
	}
	rest := func(verdict pipeline.Verdict, statuses ...string) {
		all = append(all, flat(entry{"status", list(bareAll(statuses)...), ""},
			entry{"verdict", text(string(verdict)), ""}))
	}
	rest(pipeline.VerdictUnauthorized, "401")
	rest(pipeline.VerdictDenied, "403", "404", "405")
	rest(pipeline.VerdictHalt, "3xx")
	rest(pipeline.VerdictUnknown, "5xx")
	return lines(all...)
}

func bareAll(all []string) (nodes []*yaml.Node) {
	for _, s := range all {
		nodes = append(nodes, bare(s))
	}
	return nodes
}

// rule reads an answer such as 400 /error/code=exists.
func (f *folder) rule(value string, verdict pipeline.Verdict) *yaml.Node {
	m := answered.FindStringSubmatch(value)
	entries := []entry{{"status", list(bare(m[1])), ""}}
	if m[2] != "" {
		entries = append(entries, entry{"when", flat(entry{"at", text(m[2]), ""}, entry{"is", text(m[3]), ""}), ""})
	}
	entries = append(entries, entry{"verdict", text(string(verdict)), ""})
	if found := f.optional("exists_id"); found != nil && verdict == pipeline.VerdictExists {
		entries = append(entries, entry{"found", found, ""})
	}
	return flat(entries...)
}

// id says where the answer to create has the ID.
func (f *folder) id() entry {
	id := f.answers.Get("id")
	if m := idHeader.FindStringSubmatch(id); m != nil {
		return entry{"id_header", text(m[1]), ""}
	}
	if id == "" {
		return entry{"id", f.unanswered("id"), ""}
	}
	return entry{"id", texts(id), ""}
}

// body says where the answer to create repeats the fields: beside the ID, unless another place was answered.
func (f *folder) body() string {
	if at := f.answers.Get("record"); at != "" {
		return strings.TrimSuffix(at, "/")
	}
	return parent(f.answers.Get("id"))
}

// parent is the pointer to the object or list around a pointer's target.
func parent(pointer string) string {
	return pointer[:max(strings.LastIndexByte(pointer, '/'), 0)]
}

func (f *folder) record(id entry, body string) *yaml.Node {
	return keys(id, entry{"body", text(body), f.ask("record")})
}

func (f *folder) errors() *yaml.Node {
	var all []entry
	for _, name := range []string{"code", "message"} {
		if at := f.optional("error_" + name); at != nil {
			all = append(all, entry{name, list(at), ""})
		}
	}
	if at := f.optional("error_fields"); at != nil {
		each := []entry{{"at", at, ""}}
		if f.answers.Get("error_field") == byName {
			each = append(each, entry{"map", bare("true"), ""})
		} else {
			each = append(each, entry{"field", f.answer("error_field"), ""},
				entry{"message", f.optional("error_field_message"), ""})
		}
		all = append(all, entry{"problems", lines(flat(each...)), f.ask("error_fields")})
	}
	if len(all) == 0 {
		return nil
	}
	return keys(all...)
}

// lookUp is the name of the look-up by a key; "" without one.
func (f *folder) lookUp() string {
	if at := f.answers.Get("look_up"); at == "" || at == none {
		return ""
	}
	return "by-key"
}

func (f *folder) lookUps() *yaml.Node {
	name := f.lookUp()
	switch {
	case f.answers.Get("look_up") == "":
		return f.unanswered("look_up")
	case name == "":
		return nil
	}
	key := f.unanswered("same_customer")
	switch fields := f.answers.List("same_customer"); {
	case len(fields) == 1:
		key = text(keyName(fields[0]))
	case len(fields) > 1 && f.answers.Get("look_up_key") == "":
		key = f.unanswered("look_up_key")
	case len(fields) > 1:
		key = text(keyName(f.answers.Get("look_up_key")))
	}
	entries := append([]entry{{"name", text(name), ""}, {"key", key, ""}}, f.call("look_up")...)
	entries = append(entries, entry{"headers", f.headers(), ""}, entry{"found", list(bare("200")), ""})
	if f.answers.Get("look_up_list") == single {
		entries = append(entries, entry{"single", bare("true"), ""})
	} else {
		entries = append(entries, entry{"items", f.answer("look_up_list"), ""})
	}
	id := entry{"id", f.unanswered("look_up_id"), ""}
	if at := f.answers.Get("look_up_id"); at != "" {
		id.value = texts(at)
	}
	entries = append(entries, entry{"record", keys(id,
		entry{"body", text(parent(f.answers.Get("look_up_id"))), ""}), ""})
	return lines(keys(entries...))
}

// settle says how a request without an answer is settled: only in ways that the answers make safe.
func (f *folder) settle() *yaml.Node {
	resend, lookUp := f.answers.Get("resend"), f.lookUp()
	entries := []entry{{"by", nil, ""}}
	by := pipeline.SettleNone
	switch {
	case resend == "":
		return keys(entry{"by", f.unanswered("resend"), ""})
	case resend == resendReference && f.answers.Get("resend_field") == "":
		return keys(entry{"by", f.unanswered("resend_field"), ""})
	case resend == resendKey && lookUp != "":
		by = pipeline.SettleLookUpResend
	case resend == resendKey, resend == resendReference:
		by = pipeline.SettleResend
	case lookUp != "":
		by = pipeline.SettleLookUp
	}
	entries[0].value = text(string(by))
	if lookUp != "" && by != pipeline.SettleResend {
		entries = append(entries, entry{"look_up", text(lookUp), ""},
			entry{"after", f.answer("look_up_after"), f.ask("look_up_after")})
	}
	if resend == resendKey {
		entries = append(entries, entry{"window", f.window(), f.say(pipeline.Say("new_definition.window"))})
	}
	return keys(entries...)
}

// margin is taken off the time for which an idempotency key is honoured, for clocks and queues.
const margin = time.Hour

// window is how long a resend is safe: the answer less the margin.
func (f *folder) window() *yaml.Node {
	d, err := time.ParseDuration(f.answers.Get("resend_for"))
	switch {
	case err != nil:
		return f.unanswered("resend_for")
	case d > 2*margin:
		d -= margin
	default:
		d /= 2
	}
	return text(short(d))
}

// short is a duration without zero parts: 23h, not 23h0m0s.
func short(d time.Duration) string {
	s := d.String()
	for _, part := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, part) {
			s = s[:len(s)-2]
		}
	}
	return s
}
