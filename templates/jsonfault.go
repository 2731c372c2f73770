package templates

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// JSONMistake says where and why a file that encoding/json refuses is not JSON, with line and column; the caller adds
// the file and the hint.
func JSONMistake(data []byte) *pipeline.Mistake {
	if len(bytes.TrimSpace(data)) == 0 {
		return pipeline.Wrong("definition.empty").At(pipeline.Place{Line: 1})
	}
	s := jsonScan{data: data}
	cause := s.cause()
	if at := invalidUTF8(data); at >= 0 && (cause == nil || at <= s.at) {
		s.at, cause = at, pipeline.Say("definition.not_utf8")
	}
	if cause == nil {
		return pipeline.Wrong("definition.json", "cause", pipeline.Say("definition.json_causes"))
	}
	return quoted(data, s.at, pipeline.Wrong("definition.json", "cause", cause))
}

// jsonScan finds the first fault in a JSON document. It knows what may come next, which the library's errors do not
// say.
type jsonScan struct {
	data []byte
	at   int   // the present byte; at a fault the byte that shows it
	open []int // positions of the open brackets
}

// What may come next.
type jsonNext int

const (
	nextValue jsonNext = iota
	nextFirstItem
	nextFirstName
	nextName
	nextColon
	nextComma
	nextNothing
)

// cause is what is wrong, nil for nothing; at is where.
func (s *jsonScan) cause() *pipeline.Message {
	for next := nextValue; ; {
		for s.at < len(s.data) && strings.IndexByte(" \t\r\n", s.data[s.at]) >= 0 {
			s.at++
		}
		if s.at == len(s.data) {
			return s.ended(next)
		}
		var wrong *pipeline.Message
		if next, wrong = s.token(next); wrong != nil {
			return wrong
		}
	}
}

// ended is what is wrong when the file ends.
func (s *jsonScan) ended(next jsonNext) *pipeline.Message {
	switch {
	case len(s.open) > 0:
		s.at = s.open[len(s.open)-1]
		return pipeline.Say("definition.yaml_bracket", "bracket", string(s.data[s.at]))
	case next == nextNothing:
		return nil
	}
	return pipeline.Say("definition.json_causes")
}

// token reads one token and returns what may come next.
func (s *jsonScan) token(next jsonNext) (jsonNext, *pipeline.Message) {
	c := s.data[s.at]
	switch {
	case c == '/' || c == '#':
		return next, pipeline.Say("definition.json_comment")
	case next == nextNothing:
		return next, pipeline.Say("definition.second_json")
	case c == '}' || c == ']':
		return s.closes(c, next)
	case next == nextColon && c == ':':
		s.at++
		return nextValue, nil
	case next == nextColon:
		return next, pipeline.Say("definition.json_colon")
	case next == nextComma && c == ',':
		s.at++
		if s.data[s.open[len(s.open)-1]] == '{' {
			return nextName, nil
		}
		return nextValue, nil
	case next == nextComma:
		return next, pipeline.Say("definition.json_comma")
	case c == ',':
		return next, pipeline.Say("definition.json_one_comma")
	case c == '"':
		return s.after(next), s.text()
	case next == nextName || next == nextFirstName:
		return next, pipeline.Say("definition.json_name")
	case c == '{':
		s.open, s.at = append(s.open, s.at), s.at+1
		return nextFirstName, nil
	case c == '[':
		s.open, s.at = append(s.open, s.at), s.at+1
		return nextFirstItem, nil
	}
	word := string(s.data[s.at:])
	if end := strings.IndexAny(word, " \t\r\n,:]}[{\""); end >= 0 {
		word = word[:end]
	}
	if !json.Valid([]byte(word)) {
		return next, pipeline.Say("definition.json_value")
	}
	s.at += len(word)
	return s.after(next), nil
}

// after is what may come after a value.
func (s *jsonScan) after(next jsonNext) jsonNext {
	switch {
	case next == nextName, next == nextFirstName:
		return nextColon
	case len(s.open) > 0:
		return nextComma
	}
	return nextNothing
}

func (s *jsonScan) closes(c byte, next jsonNext) (jsonNext, *pipeline.Message) {
	switch {
	case len(s.open) == 0, s.data[s.open[len(s.open)-1]]+2 != c: // {} and [] are two apart
		return next, pipeline.Say("definition.yaml_closing", "bracket", string(c))
	case next == nextColon:
		return next, pipeline.Say("definition.json_colon")
	case next == nextName, next == nextValue && strings.HasSuffix(strings.TrimRight(string(s.data[:s.at]), " \t\r\n"), ","):
		s.at = strings.LastIndexByte(string(s.data[:s.at]), ',')
		return next, pipeline.Say("definition.json_last_comma")
	case next == nextValue:
		return next, pipeline.Say("definition.json_value")
	}
	s.open, s.at = s.open[:len(s.open)-1], s.at+1
	if len(s.open) > 0 {
		return nextComma, nil
	}
	return nextNothing, nil
}

// text reads a text between double quotes.
func (s *jsonScan) text() *pipeline.Message {
	begin := s.at
	for i := begin + 1; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			if !json.Valid(s.data[begin : i+1]) {
				return pipeline.Say("definition.json_causes")
			}
			s.at = i + 1
			return nil
		case c == '\n' || c == '\r':
			return pipeline.Say("definition.yaml_quote", "quote", `"`)
		case c < ' ':
			s.at = i
			return pipeline.Say("definition.yaml_control")
		case c == '\\':
			if i++; i < len(s.data) && strings.IndexByte(`"\/bfnrtu`, s.data[i]) < 0 {
				s.at = i - 1
				r, _ := utf8.DecodeRune(s.data[i:])
				return pipeline.Say("definition.json_escape", "escape", `\`+string(r))
			}
		}
	}
	return pipeline.Say("definition.yaml_quote", "quote", `"`)
}
