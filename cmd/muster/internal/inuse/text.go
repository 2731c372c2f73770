package inuse

import (
	"fmt"
	"strings"

	"muster/pipeline/wording"
)

// Text has a line for each setting: its name, its value and where it comes from.
func Text(words *wording.Wording, all []Setting) string {
	var b strings.Builder
	for _, s := range all {
		line := fmt.Sprintf("%-29s %-24s %s", s.Name, valueText(words, s), fromText(words, s))
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
	}
	return b.String()
}

// valueText is the value of a setting for people.
func valueText(words *wording.Wording, s Setting) string {
	switch {
	case s.secret && s.Value == secretSet:
		return words.Say("cmd_config.secret_set")
	case s.secret:
		return words.Say("cmd_config.secret_missing")
	case s.Value == "":
		return "-"
	}
	return s.Value
}

// fromText says where a setting comes from, and what is noted about it.
func fromText(words *wording.Wording, s Setting) string {
	var from string
	switch {
	case s.From == "flag":
		from = words.Say("cmd_config.from_flag", "name", s.Name)
	case s.Variable != "":
		from = words.Say("cmd_config.from_variable", "variable", s.Variable)
	case s.From == "definition":
		from = words.Say("cmd_config.from_definition")
	case s.From == "default":
		from = words.Say("cmd_config.from_default")
	}
	if len(s.Notes) == 0 {
		return from
	}
	return words.Say("cmd_config.from_with_note", "from", from, "note", s.Notes)
}
