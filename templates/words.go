package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// Words words messages in the language of a blank book.
type Words interface {
	Message(*pipeline.Message) string
}

// wording words the texts of a blank book.
type wording struct{ words Words }

func (w wording) say(code pipeline.MessageCode, pairs ...any) string {
	return w.words.Message(pipeline.Say(code, pairs...))
}

// text is a text of the definition.
func (w wording) text(l pipeline.Localized) string { return w.words.Message(l.Message()) }

// exampleMark marks an example row; [pipeline.IsExampleMark] recognises it.
func exampleMark(w Words) string { return w.Message(pipeline.Say("template.example_mark")) }

// label names a column for people: Representative, address: city.
func (w wording) label(c BlankColumn) string {
	var groups []groupLabel
	for _, g := range c.groups {
		groups = append(groups, groupLabel{w.text(g.title), g.number})
	}
	return label(groups, groupLabel{w.text(c.title), c.number}.String())
}

// band is the title above a column: its outermost group, else the sheet's subject.
func (w wording) band(s BlankSheet, c BlankColumn) string {
	switch {
	case len(c.groups) > 0:
		return groupLabel{w.text(c.groups[0].title), c.groups[0].number}.String()
	case s.Shape != "":
		return humanised(s.Shape)
	}
	return w.say("template.sheet_book")
}

// labelInBand is a column's label below its band, without the band's title.
func (w wording) labelInBand(c BlankColumn) string {
	if len(c.groups) > 0 {
		c.groups = c.groups[1:]
	}
	return w.label(c)
}

// comment explains a column to the person who fills it: what it is, what it takes, an example. It is never longer
// than a spreadsheet program shows.
func (w wording) comment(c BlankColumn) string {
	f := c.Field
	help := w.text(f.Help)
	lines := []string{w.say("template.column", "label", w.label(c), "need", needText(c.Need))}
	if help != "" {
		lines = append(lines, w.help(f, c.values))
	}
	if l := limits(f); l != nil && len(f.Enum) == 0 && !saidBy(w.words.Message(l), help) {
		lines = append(lines, w.say("template.limits", "limits", l))
	}
	if len(f.Enum) > 0 && !strings.Contains(help, f.Enum[len(f.Enum)-1]) {
		lines = append(lines, w.say("template.one_of", "values", w.abridged(f.Enum, 300)))
	}
	if c.inCell("") != nil {
		lines = append(lines, w.say("template.several_values", "separator", f.List.Split))
	}
	if f.Example != "" && !strings.Contains(help, f.Example) {
		lines = append(lines, w.say("template.example", "value", f.Example))
	}
	return strings.Join(lines, "\n")
}

// shouldBe is the warning for a value that the column does not take.
func (w wording) shouldBe(f pipeline.Field) string {
	var rule any = f.Help
	if l := limits(f); len(f.Help) == 0 {
		rule = l
	}
	return sentence(w.say("template.should_be", "rule", rule))
}

// help is a field's help as a sentence. It may begin with one of the field's values, whose capitals must not change.
func (w wording) help(f pipeline.Field, values []string) string {
	text := w.text(f.Help)
	for _, v := range values {
		if strings.HasPrefix(text, v) {
			return strings.TrimSuffix(text, ".") + "."
		}
	}
	return sentence(text)
}

// abridged joins as many values as fit into that many bytes.
func (w wording) abridged(values []string, most int) string {
	length := 0
	for i, v := range values {
		if length += len(v) + len(", "); length > most {
			return w.say("template.and_more", "values", strings.Join(values[:i], ", "), "count", len(values)-i)
		}
	}
	return strings.Join(values, ", ")
}

// needText says how much a column is needed.
func needText(n Need) *pipeline.Message {
	switch n {
	case Needed:
		return pipeline.Say("template.needed")
	case NeededInEntry:
		return pipeline.Say("template.needed_in_group")
	}
	return pipeline.Say("template.optional")
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[n:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
