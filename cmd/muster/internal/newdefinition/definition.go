package newdefinition

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

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

// longestMadeUp is the most characters of the part of an ID that is made up.
const longestMadeUp = 64

// standinIDs is the form of the stand-in's IDs, which fits that of the provider's.
func (f *folder) standinIDs() *yaml.Node {
	form := f.answers.Get("id_form")
	if form == "" {
		return flat(entry{"prefix", text("made-up-"), ""}, entry{"length", bare("12"), ""})
	}
	whole, err := regexp.Compile("^(?:" + form + ")$")
	if err != nil {
		return flat(entry{"prefix", text("made-up-"), ""}, entry{"length", bare("12"), ""}) // a mistake of id_pattern
	}
	unanchored, err := regexp.Compile(strings.TrimPrefix(form, "^"))
	before := ""
	if err == nil {
		before, _ = unanchored.LiteralPrefix()
	}
	fits := func(parts ...string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !whole.MatchString(before + part) })
	}
	made := func(e ...entry) *yaml.Node {
		if before != "" {
			e = append([]entry{{"prefix", text(before), ""}}, e...)
		}
		return flat(e...)
	}
	if fits("00000000-0000-4000-8000-000000000000", "aaaaaaaa-bbbb-4ccc-9ddd-eeeeeeeeeeee") {
		return made(entry{"uuid", bare("true"), ""})
	}
	for n := range longestMadeUp {
		length := entry{"length", bare(strconv.Itoa(n + 1)), ""}
		of := func(character string) string { return strings.Repeat(character, n+1) }
		switch {
		case fits(of("0"), of("9"), of("A"), of("Z"), of("a"), of("z")) && n+1 >= fewestMadeUp:
			return made(length)
		case fits(of("0"), of("9")) && !fits(of("a")) && n+1 >= fewestMadeUp:
			return made(length, entry{"digits", bare("true"), ""})
		}
	}
	return flat(entry{"prefix", text(templates.Unanswered + f.say(pipeline.Say("new_definition.standin_form"))), ""},
		entry{"length", bare("12"), ""})
}

// fewestMadeUp is how long made-up parts are at least: enough for the rows of a rehearsal.
const fewestMadeUp = 6

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
