package templates

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// YAMLMistake says where and why a file that the YAML library refuses is not YAML, with line and column; the caller
// adds the file and the hint. The library has one untyped text for each mistake, often with a line far below it. The
// place is found by trying how much of the file the library can read.
func YAMLMistake(data []byte) *pipeline.Mistake {
	if at := invalidUTF8(data); at >= 0 {
		return notYAML(data, at, pipeline.Say("definition.not_utf8"))
	}
	at, found := unreadFrom(data)
	if !found {
		return pipeline.Wrong("definition.yaml", "cause", pipeline.Say("definition.yaml_causes"))
	}
	at, cause := yamlCause(data, at)
	return notYAML(data, at, cause)
}

func notYAML(data []byte, at int, cause *pipeline.Message) *pipeline.Mistake {
	return quoted(data, at, pipeline.Wrong("definition.yaml", "cause", cause))
}

// quoted adds the place of a byte in a file, and its line, to a mistake.
func quoted(data []byte, at int, m *pipeline.Mistake) *pipeline.Mistake {
	var line, column int
	m.Quote, line, column = pipeline.QuoteOf(data, at)
	m.Place.Line, m.Place.Column = line, strconv.Itoa(column)
	return m
}

// invalidUTF8 is the position of the first byte that is not UTF-8, or -1. A file in UTF-16 begins with a byte-order
// mark, and the library reads it.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) || bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return -1
	}
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size < 2 {
			return at
		}
		at += size
	}
	return -1
}

// mostReread bounds the bytes that are read again to find a place.
const mostReread = 32 << 20

// unreadFrom is the byte from which on the library cannot read data. Whole lines are removed from the end until the
// rest can be read; then the first line that was too much is tried character by character.
func unreadFrom(data []byte) (at int, found bool) {
	room := mostReread
	reads := func(part []byte) bool {
		room -= len(part)
		return readsYAML(part)
	}
	begin := len(data)
	for {
		if room < 0 || begin == 0 && !reads(nil) {
			return 0, false
		}
		begin = bytes.LastIndexByte(data[:max(0, begin-1)], '\n') + 1
		if reads(data[:begin]) {
			break
		}
	}
	line := data[begin:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	at = begin
	for i := range string(line) {
		if room < 0 {
			return 0, false
		}
		if reads(data[:begin+i]) {
			at = begin + i
		}
	}
	return at, true
}

func readsYAML(data []byte) bool {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// keyed is a line with a key and its colon.
var keyed = regexp.MustCompile(`^[\s-]*("[^"]*"|'[^']*'|[^\s#"'\[{][^#]*?):(\s|$)`)

// yamlCause is why a file cannot be read from a byte on, and the byte that shows it.
func yamlCause(data []byte, at int) (int, *pipeline.Message) {
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	rest, _, _ := strings.Cut(string(data[begin:]), "\n")
	rest = strings.TrimSuffix(rest, "\r")
	indent := len(rest) - len(strings.TrimLeft(rest, " \t"))
	if tab := strings.IndexByte(rest[:indent], '\t'); tab >= 0 {
		return begin + tab, pipeline.Say("definition.yaml_tab")
	}
	for at < len(data) && data[at] == ' ' { // the place is before the character that is too much
		at++
	}
	here, _ := utf8.DecodeRune(data[at:])
	before := strings.TrimRight(string(data[begin:at]), " ")
	switch {
	case at > begin && data[at-1] == ':':
		return at, pipeline.Say("definition.yaml_space")
	case here == '"':
		return quoteCause(data, at)
	case here == '\'':
		return at, pipeline.Say("definition.yaml_quote", "quote", "'")
	case here == '[', here == '{':
		return bracketCause(data, at)
	case here == ']', here == '}':
		return at, pipeline.Say("definition.yaml_closing", "bracket", string(here))
	case strings.ContainsRune("@`%&!|>", here):
		return at, pipeline.Say("definition.yaml_first", "character", string(here))
	case here == '*':
		return at, pipeline.Say("definition.yaml_alias")
	case strings.HasSuffix(before, `"`), strings.HasSuffix(before, "'"), strings.HasSuffix(before, "}"),
		strings.HasSuffix(before, "]"):
		return at, pipeline.Say("definition.yaml_behind", "last", before[len(before)-1:])
	case here == '-' && keyed.MatchString(before+" "):
		return at, pipeline.Say("definition.yaml_item")
	case here == ':':
		return colonCause(data, begin, at, rest, indent)
	case here != '\n' && here != '\r' && !unicode.IsPrint(here):
		return at, pipeline.Say("definition.yaml_control")
	case before != "":
		return at, pipeline.Say("definition.yaml_causes")
	case keyed.MatchString(rest), strings.HasPrefix(rest[indent:], "- "):
		return at, pipeline.Say("definition.yaml_indent")
	case strings.Contains(rest, ":"):
		return begin + strings.IndexByte(rest, ':'), pipeline.Say("definition.yaml_space")
	}
	return at, pipeline.Say("definition.yaml_colon")
}

// yamlEscapes are the characters that may follow a backslash between double quotes.
const yamlEscapes = "0abt\tnvfre \"/\\N_LPxuU\n\r"

// quoteCause is why a text that begins with a double quote cannot be read. One that continues on another line was
// probably meant to end before.
func quoteCause(data []byte, at int) (int, *pipeline.Message) {
	for i := at + 1; i < len(data) && data[i] != '\n'; i++ {
		switch data[i] {
		case '"':
			return at, pipeline.Say("definition.yaml_causes")
		case '\\':
			if i++; i < len(data) && strings.IndexByte(yamlEscapes, data[i]) < 0 {
				return i - 1, pipeline.Say("definition.yaml_escape", "escape", string(data[i-1:i+1]))
			}
		}
	}
	return at, pipeline.Say("definition.yaml_quote", "quote", `"`)
}

// aliasName is what stands behind the star of an alias.
var aliasName = regexp.MustCompile(`^[^\s,\[\]{}]*`)

// bracketCause is why a list or an object in brackets cannot be read.
func bracketCause(data []byte, begin int) (int, *pipeline.Message) {
	var open []byte
	last := byte(',') // the character before: a quotation mark inside a text is part of it
	for i := begin; i < len(data); i++ {
		switch c := data[i]; c {
		case '"', '\'':
			if strings.IndexByte(",:[{", last) < 0 {
				break
			}
			end := i + 1
			for end < len(data) && data[end] != c && data[end] != '\n' {
				if c == '"' && data[end] == '\\' {
					if end+1 < len(data) && strings.IndexByte(yamlEscapes, data[end+1]) < 0 {
						return quoteCause(data, i)
					}
					end++
				}
				end++
			}
			if end >= len(data) || data[end] == '\n' {
				return i, pipeline.Say("definition.yaml_quote", "quote", string(c))
			}
			i = end
		case '*':
			name := aliasName.Find(data[i+1:])
			if strings.IndexByte(",:[{", last) >= 0 && !bytes.Contains(data[:i], append([]byte{'&'}, name...)) {
				return i, pipeline.Say("definition.yaml_alias")
			}
		case '[', '{':
			open = append(open, c)
		case ']', '}':
			if open[len(open)-1]+2 != c { // [] and {} are two apart
				return i, pipeline.Say("definition.yaml_closing", "bracket", string(c))
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return begin, pipeline.Say("definition.yaml_between", "bracket", string(data[begin]))
			}
		}
		if data[i] > ' ' {
			last = data[i]
		}
	}
	return begin, pipeline.Say("definition.yaml_bracket", "bracket", string(data[begin]))
}

// colonCause is why a colon is not allowed: it belongs to the text after another colon, or the line above lacks one,
// or the line is indented below a key that has its value already.
func colonCause(data []byte, begin, at int, line string, indent int) (int, *pipeline.Message) {
	if strings.Contains(line[:at-begin], ": ") {
		return at, pipeline.Say("definition.yaml_second_colon")
	}
	for end := begin - 1; end > 0; {
		from := bytes.LastIndexByte(data[:end], '\n') + 1
		above := string(data[from:end])
		if text := strings.TrimSpace(above); text != "" && text[0] != '#' {
			if !keyed.MatchString(above) {
				return from + len(above) - len(strings.TrimLeft(above, " \t")), pipeline.Say("definition.yaml_colon")
			}
			break
		}
		end = from - 1
	}
	return begin + indent, pipeline.Say("definition.yaml_indent")
}
