package newdefinition

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

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

// body says where the answer to create repeats the fields, unless another place was answered: as [folder.beside].
func (f *folder) body() string {
	if at := f.answers.Get("record"); at != "" {
		return strings.TrimSuffix(at, "/")
	}
	return f.beside(f.answers.Get("id"))
}

// beside says where an answer has the fields of the customer whose ID is at a pointer: beside the ID or, where a
// request wraps them, in the members that are next to it there.
func (f *folder) beside(id string) string {
	under := f.answers.Get("under")
	return parent(id) + strings.TrimPrefix(under, parent(under))
}

// parent is the pointer to the object or list around a pointer's target.
func parent(pointer string) string {
	return pointer[:max(strings.LastIndexByte(pointer, '/'), 0)]
}

func (f *folder) record(id entry, body string) *yaml.Node {
	return keys(id, entry{"id_pattern", f.optional("id_form"), f.ask("id_form")},
		entry{"body", text(body), f.ask("record")})
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
