package newdefinition

import (
	"strconv"

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
		{"settings", f.settings(), f.say(pipeline.Say("new_definition.settings"))},
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
		{"standin", keys(entry{"ids", lines(f.standinIDs()), f.say(pipeline.Say("new_definition.standin_ids"))}), ""},
	})
}

// standinIDs is the form of the stand-in's IDs, which fits that of the provider's.
func (f *folder) standinIDs() *yaml.Node {
	made := pipeline.IDForm{Prefix: "made-up-", Length: 12}
	if form := f.answers.Get("id_form"); form != "" {
		switch fitting, fits, err := templates.IDFormFor(form); {
		case err != nil: // a mistake of id_pattern
		case fits:
			made = fitting
		default:
			made.Prefix = templates.Unanswered + f.say(pipeline.Say("new_definition.standin_form"))
		}
	}
	var of []entry
	if made.Prefix != "" {
		of = append(of, entry{"prefix", text(made.Prefix), ""})
	}
	if made.UUID {
		return flat(append(of, entry{"uuid", bare("true"), ""})...)
	}
	of = append(of, entry{"length", bare(strconv.Itoa(made.Length)), ""})
	if made.Digits {
		of = append(of, entry{"digits", bare("true"), ""})
	}
	return flat(of...)
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
