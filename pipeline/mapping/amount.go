package mapping

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// spelling is the way in which a column writes numbers.
type spelling struct {
	group   rune // between groups of three digits; 0 for none
	decimal rune
	three   bool // three decimals are usual; otherwise 1,234 may be read in two ways
}

// anySpace and anyApostrophe stand for any space and any apostrophe between groups.
const (
	anySpace      = ' '
	anyApostrophe = '\''
)

// spellingOf derives the spelling from a sample number, such as 1.234,56, 1 234,56 or 1234.56. A sample that fits two
// spellings, such as 1.234, is refused.
func spellingOf(sample string) (s spelling, ok bool) {
	marks := strings.FieldsFunc(sample, func(r rune) bool { return r >= '0' && r <= '9' })
	if len(marks) == 0 || slices.ContainsFunc(marks, func(m string) bool { return utf8.RuneCountInString(m) != 1 }) {
		return s, false
	}
	last, _ := utf8.DecodeRuneInString(marks[len(marks)-1])
	first, _ := utf8.DecodeRuneInString(marks[0])
	s.decimal = last
	switch group := groupMark(first); {
	case len(marks) == 1 && len(sample)-strings.IndexRune(sample, last) == len("1.234")-1:
		return s, false
	case len(marks) > 1 && group == groupMark(last): // without decimals: 1.234.567
		other := map[rune]rune{'.': ',', ',': '.'}
		s.group, s.decimal = group, other[group]
	case len(marks) > 1:
		s.group = group
	}
	_, fraction, _ := strings.Cut(sample, string(s.decimal))
	s.three = len(fraction) == 3
	_, read := s.read(sample)
	return s, read && (s.decimal == '.' || s.decimal == ',') && !strings.ContainsFunc(sample, unicode.IsSymbol)
}

// groupMark maps every space and every apostrophe to the one that stands for all of them; 0 for a character that does
// not separate groups.
func groupMark(r rune) rune {
	switch {
	case r == '.' || r == ',':
		return r
	case unicode.IsSpace(r):
		return anySpace
	case isApostrophe(r):
		return anyApostrophe
	}
	return 0
}

// compileNumber joins the two arguments that a sample with a comma was split into.
func compileNumber(args []string, _ *tables) (step, *pipeline.Mistake) {
	sample := strings.Join(args, ",")
	s, ok := spellingOf(sample)
	if !ok {
		return nil, pipeline.Wrong("cells.takes_sample")
	}
	wrong := pipeline.Say("cells.not_number", "sample", sample)
	doubtful := pipeline.Say("cells.number_two_ways")
	return func(text string) (string, *pipeline.Message) {
		number, ok := s.read(text)
		if ok && !s.three && s.inDoubt(text) {
			return "", doubtful
		}
		if !ok {
			return "", wrong
		}
		return number, nil
	}, nil
}

// read returns a number as JSON writes it, without superfluous zeros; false if the text is not a number in this
// spelling. A currency sign at either end is left out.
func (s spelling) read(text string) (string, bool) {
	aside := func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Sc, r) }
	text = strings.TrimFunc(text, aside)
	rest, negative := strings.CutPrefix(strings.Replace(text, "\u2212", "-", 1), "-")
	if negative {
		text = strings.TrimLeftFunc(rest, aside)
	}
	whole, fraction, marked := strings.Cut(text, string(s.decimal))
	if marked && fraction == "" || whole == "" && !marked || !allDigits(fraction) {
		return "", false
	}
	var digits strings.Builder
	behind := -1 // digits since the last mark of a group; -1 before the first
	for i, r := range whole {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
			if behind >= 0 {
				behind++
			}
		case s.group == 0 || groupMark(r) != s.group, behind < 0 && (i == 0 || i > 3), behind >= 0 && behind != 3:
			return "", false
		default:
			behind = 0
		}
	}
	if behind >= 0 && (behind != 3 || whole[0] == '0') {
		return "", false
	}
	number := plainest(digits.String(), fraction)
	if negative && number != "0" {
		return "-" + number, true
	}
	return number, true
}

var threeDecimals = regexp.MustCompile(`^[1-9][0-9]{0,2}[.,][0-9]{3}$`)

// inDoubt reports whether the decimals of a number may be a group of digits instead: 1,234 where the sample is
// 1.234,56.
func (s spelling) inDoubt(text string) bool {
	return strings.ContainsRune(text, s.decimal) &&
		threeDecimals.MatchString(strings.TrimFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.Is(unicode.Sc, r) || r == '-' || r == '\u2212'
		}))
}

// plainest returns a number without superfluous zeros.
func plainest(whole, fraction string) string {
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

// maxMinorUnits is the most decimals that an amount of money has.
const maxMinorUnits = 4

func compileMinorUnits(args []string, _ *tables) (step, *pipeline.Mistake) {
	if len(args) != 1 || len(args[0]) != 1 || args[0][0] < '0' || args[0][0] > '0'+maxMinorUnits {
		return nil, pipeline.Wrong("cells.takes_decimals", "most", maxMinorUnits)
	}
	n := int(args[0][0] - '0')
	many := pipeline.Say("cells.too_many_decimals", "most", n)
	return func(s string) (string, *pipeline.Message) {
		positive, negative := strings.CutPrefix(s, "-")
		whole, fraction, marked := strings.Cut(positive, ".")
		if whole == "" || !allDigits(whole) || !allDigits(fraction) || marked && fraction == "" {
			return "", pipeline.Say("cells.not_plain_number")
		}
		if fraction = strings.TrimRight(fraction, "0"); len(fraction) > n {
			return "", many
		}
		units := plainest(whole+fraction+strings.Repeat("0", n-len(fraction)), "")
		if negative && units != "0" {
			return "-" + units, nil
		}
		return units, nil
	}, nil
}
