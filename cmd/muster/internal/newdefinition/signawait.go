package newdefinition

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// signingKey is the secret that requests are signed with.
const signingKey = "SIGNING_KEY"

func (f *folder) signs() bool {
	how := f.answers.Get("sign")
	return how != "" && how != none
}

// prefix stands before a token in its header.
func (f *folder) prefix() string {
	if p := f.answers.Get("auth_prefix"); p != "" && p != none {
		return p + " "
	}
	return ""
}

// sign says how requests are signed; nil where they are not.
func (f *folder) sign() *yaml.Node {
	if !f.signs() {
		return nil
	}
	if f.answers.Get("sign_what") == signedMessage {
		parts := f.unanswered("sign_parts")
		if all := f.answers.List("sign_parts"); len(all) > 0 {
			parts = texts(all...)
		}
		message := []entry{{"components", parts, f.ask("sign_parts")},
			{"parameters", texts(f.answers.List("sign_parameters")...), f.ask("sign_parameters")}}
		if slices.Contains(f.answers.List("sign_parameters"), "keyid") {
			message = append(message, entry{"keyid", f.answer("sign_keyid"), f.ask("sign_keyid")})
		}
		return keys(entry{"algorithm", f.answer("sign"), ""}, entry{"key", text(signingKey), ""},
			entry{"key_encoding", f.optional("sign_key"), f.ask("sign_key")}, entry{"message", keys(message...), ""})
	}
	headers := f.unanswered("sign_headers")
	var all []entry
	for _, h := range f.answers.List("sign_headers") {
		if m := header.FindStringSubmatch(h); m != nil {
			all = append(all, entry{m[1], text(m[2]), ""})
		}
	}
	if len(all) > 0 {
		headers = keys(all...)
	}
	signed := f.answer("sign_text")
	if f.answers.Get("sign_text") != "" {
		signed.Value = strings.ReplaceAll(signed.Value, `\n`, "\n") // as it is written on one line
	}
	return keys(entry{"algorithm", f.answer("sign"), ""}, entry{"key", text(signingKey), ""},
		entry{"key_encoding", f.optional("sign_key"), f.ask("sign_key")},
		entry{"text", signed, f.ask("sign_text")},
		entry{"encoding", f.answer("sign_encoding"), f.ask("sign_encoding")},
		entry{"headers", headers, f.ask("sign_headers")})
}

// await says how the provider is asked about what it accepted; nil where each answer decides. What is neither done
// nor failed is not decided yet.
func (f *folder) await() *yaml.Node {
	if at := f.answers.Get("accepted"); at == "" || at == none {
		return nil
	}
	var entries []entry
	at := f.answers.Get("await")
	if m := idHeader.FindStringSubmatch(at); m != nil {
		entries = append(entries, entry{"location", text(m[1]), ""})
	} else {
		if at == "" {
			entries = append(entries, entry{"path", f.unanswered("await"), ""})
		} else {
			entries = append(entries, f.call("await")[1:]...) // it is asked with GET
		}
		id := f.unanswered("await_id")
		if at := f.answers.Get("await_id"); at != "" {
			id = texts(at)
		}
		entries = append(entries, entry{"id", id, f.ask("await_id")})
	}
	entries = append(entries, entry{"headers", f.headers(), ""})
	var rules []*yaml.Node
	rule := func(name string, verdict pipeline.Verdict) {
		for _, v := range f.answers.List(name) {
			if v != none {
				rules = append(rules, f.rule(v, verdict))
			}
		}
	}
	if len(f.answers.List("await_done")) == 0 {
		rules = append(rules, flat(entry{"status", f.unanswered("await_done"), ""},
			entry{"verdict", text(string(pipeline.VerdictCreated)), ""}))
	}
	rule("await_done", pipeline.VerdictCreated)
	rule("await_failed", pipeline.VerdictRefused)
	rules = append(rules, flat(entry{"status", list(bare("2xx")), ""},
		entry{"verdict", text(string(pipeline.VerdictAccepted)), ""}))
	record := entry{"id", f.unanswered("await_record"), f.ask("await_record")}
	body := ""
	if at := f.answers.Get("await_record"); at != "" {
		record.value, body = texts(at), f.beside(at)
	}
	entries = append(entries, entry{"answers", lines(rules...), f.ask("await_done")},
		entry{"record", keys(record, entry{"body", text(body), ""}), ""})
	return keys(entries...)
}

// bodyKey is the pointer to the member of the body that has the key of a resend; "" where a header has it.
func (f *folder) bodyKey() string {
	if at := f.answers.Get("resend_header"); f.answers.Get("resend") == resendKey && strings.HasPrefix(at, "/") {
		return at
	}
	return ""
}
