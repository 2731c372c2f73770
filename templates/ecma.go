package templates

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// The meanings of ECMAScript's escapes and its dot (ECMA-262, CharacterClassEscape, WhiteSpace and LineTerminator),
// as the inside of a Go character class.
const (
	ecmaDigit = `0-9`
	ecmaWord  = `0-9A-Za-z_`
	ecmaSpace = `\x{09}-\x{0d}\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	ecmaBreak = `\x{0a}\x{0d}\x{2028}\x{2029}`
)

// compileECMA compiles a regular expression with ECMAScript's meaning and its unicode flag: \d is 0-9, the dot stops
// at a line break, $ does not match before a final one. What Go's engine cannot express (look-around,
// back-references) is refused, with one exception: ((?!C).)* and ((?!C).)+, "anything but C", with C a character
// class.
func compileECMA(pattern string) (*regexp.Regexp, error) {
	t := ecmaTranslator{in: pattern}
	if err := t.run(); err != nil {
		return nil, pipeline.Fail("definition.pattern", "pattern", pattern, "cause", err)
	}
	re, err := regexp.Compile(t.out.String())
	if err != nil {
		return nil, pipeline.Fail("definition.pattern", "pattern", pattern, "cause", patternFault(err))
	}
	return re, nil
}

// patternFault is why Go's engine refuses a translated pattern; what it quotes is not in the pattern as it is written.
func patternFault(err error) *pipeline.Message {
	refused, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return pipeline.Say("definition.pattern_refused")
	}
	switch refused.Code {
	case syntax.ErrMissingParen:
		return pipeline.Say("definition.pattern_open", "bracket", "(")
	case syntax.ErrUnexpectedParen:
		return pipeline.Say("definition.pattern_closed", "bracket", ")")
	case syntax.ErrInvalidCharRange:
		return pipeline.Say("definition.pattern_range", "text", refused.Expr)
	case syntax.ErrMissingRepeatArgument:
		return pipeline.Say("definition.pattern_repeats_nothing", "text", refused.Expr)
	case syntax.ErrInvalidRepeatOp:
		return pipeline.Say("definition.pattern_repeats_twice", "text", refused.Expr)
	case syntax.ErrInvalidRepeatSize:
		return pipeline.Say("definition.pattern_repeats", "text", refused.Expr, "most", mostRepeats)
	case syntax.ErrLarge, syntax.ErrNestingDepth:
		return pipeline.Say("definition.pattern_large")
	case syntax.ErrInvalidUTF8:
		return pipeline.Say("definition.not_utf8")
	}
	return pipeline.Say("definition.pattern_refused")
}

// mostRepeats is the most that Go's engine repeats a part of a pattern.
const mostRepeats = 1000

// wholePattern is a pattern that must match a whole text; nil without one.
func (r *reader) wholePattern(t text) *regexp.Regexp {
	if t.s == "" {
		return nil
	}
	re, err := compileWhole(t.s)
	if err != nil {
		r.fail(t.line, "definition.id_pattern", "cause", err)
		return nil
	}
	return re
}

// compileWhole compiles a pattern as [compileECMA] does; the result matches whole texts only.
func compileWhole(pattern string) (*regexp.Regexp, error) {
	re, err := compileECMA(pattern)
	if err != nil {
		return nil, err
	}
	return regexp.MustCompile(`\A(?:` + re.String() + `)\z`), nil
}

// unsupported is the mistake for a part of a pattern, at an offset from 0, that Go's engine cannot express.
func unsupported(part string, at int) error {
	return pipeline.Fail("definition.pattern_unsupported", "text", part, "character", at+1)
}

type ecmaTranslator struct {
	in  string
	pos int
	out strings.Builder
}

func (t *ecmaTranslator) run() error {
	for t.pos < len(t.in) {
		rest := t.in[t.pos:]
		switch c := rest[0]; {
		case strings.HasPrefix(rest, "((?!["):
			if err := t.anythingBut(); err != nil {
				return err
			}
		case strings.HasPrefix(rest, "(?:"):
			t.copy(3)
		case strings.HasPrefix(rest, "(?"):
			return unsupported(cut(rest, 4), t.pos)
		case c == '[':
			class, err := t.class()
			if err != nil {
				return err
			}
			t.out.WriteString(class)
		case c == '.':
			t.out.WriteString("[^" + ecmaBreak + "]")
			t.pos++
		case c == '^':
			t.out.WriteString(`\A`)
			t.pos++
		case c == '$':
			t.out.WriteString(`\z`)
			t.pos++
		case c == '\\':
			s, class, err := t.escape(false)
			if err != nil {
				return err
			}
			if class {
				s = "[" + s + "]"
			}
			t.out.WriteString(s)
		default:
			t.copy(1)
		}
	}
	return nil
}

func (t *ecmaTranslator) copy(n int) {
	t.out.WriteString(t.in[t.pos : t.pos+n])
	t.pos += n
}

// anythingBut translates ((?![class]).)* into the complement of the class, which matches the same texts.
func (t *ecmaTranslator) anythingBut() error {
	start := t.pos
	t.pos += len("((?!")
	class, err := t.class()
	if err != nil {
		return err
	}
	rest := t.in[t.pos:]
	if !strings.HasPrefix(rest, ").)") || strings.HasPrefix(class, "[^") {
		return unsupported(t.in[start:t.pos], start)
	}
	t.pos += len(").)")
	t.out.WriteString("[^" + class[1:len(class)-1] + ecmaBreak + "]")
	return nil
}

// class translates the character class at pos, brackets included.
func (t *ecmaTranslator) class() (string, error) {
	start := t.pos
	var b strings.Builder
	b.WriteByte('[')
	t.pos++
	if t.pos < len(t.in) && t.in[t.pos] == '^' {
		b.WriteByte('^')
		t.pos++
	}
	for empty := true; t.pos < len(t.in); empty = false {
		if t.in[t.pos] == ']' {
			if empty {
				return "", pipeline.Fail("definition.pattern_class_empty", "character", start+1)
			}
			t.pos++
			b.WriteByte(']')
			return b.String(), nil
		}
		from, set, err := t.classAtom()
		if err != nil {
			return "", err
		}
		b.WriteString(from)
		// A hyphen makes a range, but not at the end of the class.
		if rest := t.in[t.pos:]; len(rest) < 2 || rest[0] != '-' || rest[1] == ']' {
			continue
		}
		t.pos++
		to, toSet, err := t.classAtom()
		if err != nil {
			return "", err
		}
		if set || toSet {
			return "", pipeline.Fail("definition.pattern_class_range", "character", start+1)
		}
		b.WriteString("-" + to)
	}
	return "", pipeline.Fail("definition.pattern_class_end", "character", start+1)
}

// classAtom translates one element of a class, which may be a set (\d, \w or
// \s).
func (t *ecmaTranslator) classAtom() (s string, set bool, err error) {
	if t.in[t.pos] == '\\' {
		return t.escape(true)
	}
	r, size := utf8.DecodeRuneInString(t.in[t.pos:])
	t.pos += size
	if r == '-' || r == '[' || r == '^' {
		return `\` + string(r), false, nil
	}
	return string(r), false, nil
}

// escape translates the escape at pos; class reports that the result is the inside of a character class.
func (t *ecmaTranslator) escape(inClass bool) (s string, class bool, err error) {
	if t.pos+1 >= len(t.in) {
		return "", false, pipeline.Fail("definition.pattern_backslash_end")
	}
	c := t.in[t.pos+1]
	t.pos += 2
	switch c {
	case 'd':
		return ecmaDigit, true, nil
	case 'w':
		return ecmaWord, true, nil
	case 's':
		return ecmaSpace, true, nil
	case 'D', 'W', 'S':
		if inClass {
			return "", false, pipeline.Fail("definition.pattern_in_class", "text", `\`+string(c), "character", t.pos-1)
		}
		return "^" + map[byte]string{'D': ecmaDigit, 'W': ecmaWord, 'S': ecmaSpace}[c], true, nil
	case 't', 'n', 'v', 'f', 'r':
		return `\` + string(c), false, nil
	case 'u':
		return t.codePoint()
	case 'b', 'B':
		return "", false, unsupported(`\`+string(c), t.pos-2)
	}
	if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		return "", false, unsupported(`\`+string(c), t.pos-2)
	}
	if c >= utf8.RuneSelf {
		return "", false, pipeline.Fail("definition.pattern_backslash", "character", t.pos-1)
	}
	// Every sign keeps its backslash, because a bare hyphen would make a range.
	return `\` + string(c), false, nil
}

// codePoint translates \uXXXX and \u{X…}, the "\u" read already.
func (t *ecmaTranslator) codePoint() (string, bool, error) {
	rest := t.in[t.pos:]
	digits, n := "", 0
	if end := strings.IndexByte(rest, '}'); strings.HasPrefix(rest, "{") && end > 0 {
		digits, n = rest[1:end], end+1
	} else if len(rest) >= 4 {
		digits, n = rest[:4], 4
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || v > 0x10ffff || v >= 0xd800 && v <= 0xdfff {
		return "", false, pipeline.Fail("definition.pattern_code_point", "text", `\u`+cut(rest, 8))
	}
	t.pos += n
	return fmt.Sprintf(`\x{%x}`, v), false, nil
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}
