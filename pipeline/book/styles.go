package book

import (
	"strconv"
	"strings"
)

// format is what a number format means for the text of a cell.
type format struct {
	class formatClass
	// mask spells a whole number as the format shows it, one 0 for each digit
	// ("00000", "000-00-0000"); "" where the number stands by itself.
	mask string
}

type formatClass int

const (
	formatNumber  formatClass = iota
	formatDate                // has days, months or years
	formatTime                // a time of the day and nothing else
	formatElapsed             // hours, minutes or seconds that may pass 24 or 60
)

// readStyles gives the format of each cell style, in order (ECMA-376, part 1,
// 18.8.10 cellXfs and 18.8.30 numFmt).
func readStyles(a *archive, name string) ([]format, error) {
	p, err := a.openSmall(name)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	t := newTokens(p)
	if err := t.root("styleSheet"); err != nil {
		return nil, err
	}
	codes := map[string]string{}
	var ids []string
	err = t.children(func(child *element) error {
		switch {
		case isMain(child.Name, "numFmts"):
			return t.children(func(f *element) error {
				if isMain(f.Name, "numFmt") {
					codes[attribute(f, "numFmtId")] = attribute(f, "formatCode")
				}
				return t.skip()
			})
		case isMain(child.Name, "cellXfs"):
			return t.children(func(xf *element) error {
				if isMain(xf.Name, "xf") {
					ids = append(ids, attribute(xf, "numFmtId"))
				}
				return t.skip()
			})
		}
		return t.skip()
	})
	if err == nil {
		err = t.finish()
	}
	if err != nil {
		return nil, err
	}
	formats := make([]format, len(ids))
	for i, id := range ids {
		if code, ok := codes[id]; ok {
			formats[i] = readFormat(code)
		} else if n, err := strconv.Atoi(id); err == nil {
			formats[i] = builtinFormat(n)
		}
	}
	return formats, nil
}

// builtinFormat is a format that has a number and no code (ECMA-376, part 1,
// 18.8.30; 27 to 36 and 50 to 58 are dates in the East Asian tables).
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

// readFormat reads a format code: of its sections the first, which is the one
// for the numbers that can be dates.
func readFormat(code string) format {
	var days, clock, months, elapsed bool
	var mask strings.Builder
	zeros, masked := 0, true
	literal := func(c byte) {
		// A digit or a letter beside the digits is no part of the number.
		if c != '-' && c != ' ' && c != '(' && c != ')' && c != '/' {
			masked = false
		}
		mask.WriteByte(c)
	}
scan:
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			break scan
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			for _, c := range []byte(code[i+1 : i+1+end]) {
				literal(c)
			}
			i += end + 1
		case '\\':
			if i++; i < len(code) {
				literal(code[i])
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
			}
			masked = false
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
			// "General" holds no letter of a date, but for those programs that
			// write it in another case or with more behind it.
			if len(code)-i >= len("general") && strings.EqualFold(code[i:i+len("general")], "general") {
				i += len("general") - 1
			}
			masked = false
		case '0':
			zeros++
			mask.WriteByte(c)
		default:
			literal(c)
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
	case masked && zeros > 1:
		return format{mask: mask.String()}
	}
	return format{}
}
