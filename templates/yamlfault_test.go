package templates

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"muster/pipeline"
)

// wrongAt is a mistake's place and cause, in short.
func wrongAt(m *pipeline.Mistake) string {
	cause := m.What
	if why, ok := m.What.Arg("cause").(*pipeline.Message); ok {
		cause = why
	}
	return fmt.Sprintf("%d:%s %s", m.Place.Line, m.Place.Column, strings.TrimPrefix(cause.String(), "definition."))
}

// Each kind of mistake is named, in the place where a person would look for it.
func TestWhyAFileIsNoYAML(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a: 1\n\tb: 2\n", "2:1 yaml_tab"},
		{"a:\n  b: x\n \tc: 2\n", "3:2 yaml_tab"},
		{"a: 1\nb 2\nc: 3\n", "2:1 yaml_colon"},
		{"a:\n  header X\n  prefix: y\n", "2:3 yaml_colon"},
		{"a: 1\nb:2\nc: 3\n", "2:3 yaml_space"},
		{"a: 1\nb:\"2\"\n", "2:3 yaml_space"},
		{"a: b: c\n", "1:5 yaml_second_colon"},
		{"a: \"b\nc: 1\nd: \"e\"\n", `1:4 yaml_quote quote="\""`},
		{"a: 'b\nc: 1\n", `1:4 yaml_quote quote="'"`},
		{"a: \"\\d\"\n", `1:5 yaml_escape escape="\\d"`},
		{"a: {b: \"\\d\"}\n", `1:9 yaml_escape escape="\\d"`},
		{"a: {b: \"c, d: e}\nf: g\n", `1:8 yaml_quote quote="\""`},
		{"a: {b: 1, c: it's\nd: 2\n", `1:4 yaml_bracket bracket="{"`},
		{"a: [1, 2}\n", `1:9 yaml_closing bracket="}"`},
		{"a: [1]]\n", `1:7 yaml_closing bracket="]"`},
		{"a: {b: c: d}\n", `1:4 yaml_between bracket="{"`},
		{"a: {b}/c\n", `1:7 yaml_behind last="}"`},
		{"a: \"b\" c\n", `1:8 yaml_behind last="\""`},
		{"a: @b\n", `1:4 yaml_first character="@"`},
		{"a: %b\n", `1:4 yaml_first character="%"`},
		{"a: *b\n", "1:4 yaml_alias"},
		{"a: {b: *c}\n", "1:8 yaml_alias"},
		{"a: - b\n", "1:4 yaml_item"},
		{"a:\n   b: 1\n  c: 2\n", "3:3 yaml_indent"},
		{"a: 1\n  b: 2\n", "2:3 yaml_indent"},
		{"a: b\x01\n", "1:5 yaml_control"},
		{"a: \xff\n", "1:4 not_utf8"},
		{"ñ: \"á\" x\n", `1:8 yaml_behind last="\""`},
	} {
		if got := wrongAt(YAMLMistake([]byte(c.text))); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

func TestWhyAFileIsNoJSON(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{" \n", "1: empty"},
		{"{\"a\": 1 \"b\": 2}", "1:9 json_comma"},
		{"{\"a\" 1}", "1:6 json_colon"},
		{"{\"a\"}", "1:5 json_colon"},
		{"{\"a\": 1,\n}", "1:8 json_last_comma"},
		{"[1, 2, ]", "1:6 json_last_comma"},
		{"[1,, 2]", "1:4 json_one_comma"},
		{"{'a': 1}", "1:2 json_name"},
		{"{a: 1}", "1:2 json_name"},
		{"{\"a\": yes}", "1:7 json_value"},
		{"{\"a\": }", "1:7 json_value"},
		{"[01]", "1:2 json_value"},
		{"{\"a\": \"\\d\"}", `1:8 json_escape escape="\\d"`},
		{"{\"a\": \"b\n}", `1:7 yaml_quote quote="\""`},
		{"{\"a\": \"b", `1:7 yaml_quote quote="\""`},
		{"{\"a\": \"b\tc\"}", "1:9 yaml_control"},
		{"{\n\"a\": [1", `2:6 yaml_bracket bracket="["`},
		{"{\n\"a\": [1}", `2:8 yaml_closing bracket="}"`},
		{"// x\n{}", "1:1 json_comment"},
		{"{} {}", "1:4 second_json"},
		{"{\"a\": \"\\ud83dx\"} x", "1:18 second_json"},
		{"{\"\xff\": 1}", "1:3 not_utf8"},
	} {
		if got := wrongAt(JSONMistake([]byte(c.text))); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

// Every file that the library cannot read has a place and a cause, and JSON is refused exactly where encoding/json
// refuses it.
func FuzzWhyUnread(f *testing.F) {
	for _, text := range []string{"a: {b: c: d}\n", "a: \"\\d\"\n\tb", "{\"a\": [1, 2,]}", "{\"a\" 'b'}", "[\"\\u12\"] x", "\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return
		}
		if !readsYAML(data) {
			if m := YAMLMistake(data); m.Place.Line > 1+strings.Count(string(data), "\n") {
				t.Errorf("%v is outside the file", m)
			}
		}
		s := jsonScan{data: data}
		if cause := s.cause(); (cause == nil) != json.Valid(data) || s.at > len(data) {
			t.Errorf("%v at %d, and the library says %v", cause, s.at, json.Valid(data))
		}
		JSONMistake(data)
	})
}
