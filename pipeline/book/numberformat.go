package book

import (
	"strconv"
	"strings"
	"unicode"
)

// format is the meaning of one section of a number format for the text of a cell.
type format struct {
	class formatClass
	// mask spells a whole number as the format shows it, one 0 for each digit ("00000", "000-00-0000") and a
	// literalZero for a literal 0 (of "0"0, the first); "" when the number is shown without such a format.
	mask string
	// blank: the section, one of several, shows nothing at all.
	blank bool
}

const literalZero = "\x00"

type formatClass int

const (
	formatNumber  formatClass = iota
	formatDate                // has days, months or years
	formatTime                // only a time of day
	formatElapsed             // hours, minutes or seconds that may exceed 24 or 60
)

// numberFormat is a number format with its sections, one of which is chosen by the number (ECMA-376, part 1,
// 18.8.31).
type numberFormat struct {
	first format
	// others are the further sections for numbers, at most two; conditions are those of the first two, nil for a
	// section without one.
	others     []format
	conditions [2]*condition
}

// condition is a condition such as [>=100] at the beginning of a section.
type condition struct {
	operator string
	limit    float64
}

func (c *condition) met(v float64) bool {
	if c == nil {
		return false
	}
	switch c.operator {
	case "=":
		return v == c.limit
	case "<>":
		return v != c.limit
	case "<":
		return v < c.limit
	case "<=":
		return v <= c.limit
	case ">":
		return v > c.limit
	}
	return v >= c.limit
}

// of is the section for a number, chosen as spreadsheet programs do: by conditions if there are any, else by the
// sign.
func (f *numberFormat) of(v float64) format {
	if len(f.others) == 0 {
		return f.first
	}
	third := f.first
	if len(f.others) > 1 {
		third = f.others[1]
	}
	one, two := f.conditions[0], f.conditions[1]
	switch {
	case one == nil && two == nil:
		switch {
		case v < 0:
			return f.others[0]
		case v == 0:
			return third
		}
		return f.first
	case one.met(v):
		return f.first
	case two.met(v) || one == nil || two == nil:
		return f.others[0]
	}
	return third
}

// readNumberFormat reads a format code of up to four sections; a section with
// an @ is for texts.
func readNumberFormat(code string) numberFormat {
	sections := formatSections(code)
	if n := len(sections); n > 1 && (n == 4 || strings.Contains(sections[n-1], "@")) {
		sections = sections[:n-1]
	}
	if len(sections) == 1 {
		return numberFormat{first: readFormat(sections[0])}
	}
	var f numberFormat
	for i, section := range sections {
		one := readFormat(section)
		one.blank = showsNothing(section)
		if i == 0 {
			f.first = one
		} else {
			f.others = append(f.others, one)
		}
		if i < len(f.conditions) {
			f.conditions[i] = readCondition(section)
		}
	}
	return f
}

// showsNothing reports whether a section has only an empty literal, colours and conditions.
func showsNothing(section string) bool {
	for strings.HasPrefix(section, "[") {
		end := strings.IndexByte(section, ']')
		if end < 0 {
			return false
		}
		section = section[end+1:]
	}
	return strings.ReplaceAll(section, `""`, "") == ""
}

// formatSections splits a format code at semicolons that are not literals.
func formatSections(code string) []string {
	var sections []string
	begin := 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"', '[':
			closing := map[byte]string{'"': `"`, '[': "]"}[code[i]]
			if end := strings.Index(code[i+1:], closing); end >= 0 {
				i += end + 1
			}
		case '\\', '_', '*':
			i++
		case ';':
			sections = append(sections, code[begin:i])
			begin = i + 1
		}
	}
	return append(sections, code[begin:])
}

// readCondition finds the condition of a section; nil where it has none.
func readCondition(section string) *condition {
	for {
		begin := strings.IndexByte(section, '[')
		if begin < 0 {
			return nil
		}
		length := strings.IndexByte(section[begin:], ']')
		if length < 0 {
			return nil
		}
		inside := section[begin+1 : begin+length]
		for _, operator := range []string{"<>", "<=", ">=", "<", ">", "="} {
			text, ok := strings.CutPrefix(inside, operator)
			if !ok {
				continue
			}
			if limit, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
				return &condition{operator, limit}
			}
			break
		}
		section = section[begin+length+1:]
	}
}

// builtinFormat is a format with a number and no code (ECMA-376, part 1, 18.8.30; 27 to 36 and 50 to 58 are dates in
// the East Asian tables).
func builtinFormat(id int) format {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
		return format{class: formatDate}
	case id >= 18 && id <= 21, id == 32, id == 33, id == 45, id == 47:
		return format{class: formatTime}
	case id == 46:
		return format{class: formatElapsed}
	}
	return format{}
}

// readFormat reads one section of a format code.
func readFormat(code string) format {
	var days, clock, months, elapsed bool
	var mask strings.Builder
	zeros, masked := 0, true
	prefixed := false // the format's own digits precede those of the number
	literal := func(text, besides string) {
		switch {
		case strings.ContainsFunc(text, unicode.IsLetter):
			// A word beside the digits is not part of the number.
		case strings.Trim(text, besides+"-+ ()/") != "":
			masked = false
		default:
			mask.WriteString(strings.ReplaceAll(text, "0", literalZero))
			prefixed = prefixed || zeros == 0 && strings.ContainsAny(text, "0123456789")
		}
	}
scan:
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			literal(code[i+1:i+1+end], ".0123456789")
			i += end + 1
		case '\\':
			if i++; i < len(code) {
				literal(code[i:i+1], ".0123456789")
			}
		case '_', '*':
			i++ // a space as wide as the next character, or filled with it
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				break scan
			}
			inside := strings.ToLower(code[i+1 : i+end])
			if inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				elapsed = true
			} else if !silentBracket(inside) {
				masked = false
			}
			i += end
		case 'y', 'Y', 'd', 'D':
			days = true
		case 'm', 'M':
			months = true
		case 'h', 'H', 's', 'S':
			clock = true
		case 'a', 'A':
			for _, half := range []string{"am/pm", "a/p"} {
				if len(code)-i >= len(half) && strings.EqualFold(code[i:i+len(half)], half) {
					clock = true
					i += len(half) - 1
					break
				}
			}
			masked = false
		case 'g', 'G':
			// "General" has no letters of a date, even in another case or with more text after it, as some programs
			// write it.
			if len(code)-i >= len("general") && strings.EqualFold(code[i:i+len("general")], "general") {
				i += len("general") - 1
			}
			masked = false
		case '0':
			zeros++
			mask.WriteByte(c)
		case '#', '?':
			switch digits := strings.TrimLeft(code[i:], "#?"); {
			case zeros > 0 || prefixed && !strings.HasPrefix(digits, "0"):
				// After a 0 each shows a zero too; after the format's own digits the first one is where the number's
				// digits begin.
				zeros++
				mask.WriteByte('0')
			case mask.Len() > 0 && !prefixed || !strings.HasPrefix(digits, "0"):
				masked = false
			default:
				// Before the first 0 they show nothing of their own.
				i = len(code) - len(digits) - 1
			}
		case '/':
			masked = false // a fraction
		default:
			literal(code[i:i+1], "")
		}
	}
	switch {
	case days:
		return format{class: formatDate}
	case elapsed:
		return format{class: formatElapsed}
	case clock:
		return format{class: formatTime}
	case months:
		return format{class: formatDate}
	case masked && (zeros > 1 || prefixed && zeros > 0):
		return format{mask: mask.String()}
	}
	return format{}
}

// silentBracket reports whether the text in brackets, in lower case, does not change the digits: a colour, a
// condition, a language without a currency.
func silentBracket(inside string) bool {
	switch {
	case inside == "":
		return true
	case strings.HasPrefix(inside, "$-"):
		return true
	case strings.ContainsAny(inside[:1], "<>="):
		return true
	}
	switch inside {
	case "black", "blue", "cyan", "green", "magenta", "red", "white", "yellow":
		return true
	}
	return strings.HasPrefix(inside, "color")
}
