package newdefinition

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

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
		entry{"body", text(f.beside(f.answers.Get("look_up_id"))), ""}), ""})
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
