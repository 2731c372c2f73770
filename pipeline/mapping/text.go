package mapping

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

func trim(s string) (string, *pipeline.Message) { return pipeline.TrimBlank(s), nil }

func collapse(s string) (string, *pipeline.Message) {
	return strings.Join(strings.Fields(pipeline.TrimBlank(s)), " "), nil
}

// trimMarks trims an end only if it has an invisible character: a number may be padded with spaces.
func trimMarks(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); pipeline.IsInvisible(first) {
		s = strings.TrimLeftFunc(s, isTrimmed)
	}
	if last, _ := utf8.DecodeLastRuneInString(s); pipeline.IsInvisible(last) {
		s = strings.TrimRightFunc(s, isTrimmed)
	}
	return s
}

func isTrimmed(r rune) bool { return unicode.IsSpace(r) || pipeline.IsInvisible(r) }

const asIsName = "as-is"

// compileAsIs makes a step that changes nothing; the [Checker] uses its arguments.
func compileAsIs(args []string, _ *tables) (step, *pipeline.Mistake) {
	if len(args) == 0 {
		return nil, pipeline.Wrong("cells.takes_values")
	}
	return func(s string) (string, *pipeline.Message) { return s, nil }, nil
}

func upper(s string) (string, *pipeline.Message) { return strings.ToUpper(s), nil }

func lower(s string) (string, *pipeline.Message) { return strings.ToLower(s), nil }

// title treats every character other than letters, marks and digits as the end of a word, so that S.A.S. and Jean-Luc
// keep their capitals. A single letter after an apostrophe is not a word: Joe's.
func title(s string) (string, *pipeline.Message) {
	in := []rune(s)
	var b strings.Builder
	inWord := false
	for i, r := range in {
		switch letter := isWordRune(r); {
		case letter && inWord, i > 0 && isApostrophe(in[i-1]) && lone(in, i):
			b.WriteRune(unicode.ToLower(r))
		case letter:
			b.WriteRune(unicode.ToTitle(r))
		default:
			b.WriteRune(r)
		}
		inWord = isWordRune(r)
	}
	return b.String(), nil
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

func isApostrophe(r rune) bool { return r == '\'' || r == '\u2019' }

// lone reports whether the letter at i, behind an apostrophe that follows a
// letter, is the last of its word.
func lone(in []rune, i int) bool {
	return i > 1 && unicode.IsLetter(in[i-2]) && (i+1 == len(in) || !isWordRune(in[i+1]))
}

// digits refuses digits of other scripts instead of dropping them, and decimals instead of treating them as further
// digits.
func digits(s string) (string, *pipeline.Message) {
	if wrong := withDecimals(s); wrong != nil {
		return "", wrong
	}
	for _, r := range s {
		if r > '9' && unicode.IsDigit(r) {
			return "", pipeline.Say("digits_of_other_scripts")
		}
	}
	d := pipeline.Normalise([]pipeline.Normaliser{pipeline.Digits}, s)
	if d == "" {
		return "", pipeline.Say("no_digits")
	}
	return d, nil
}

func compileLeftPad(args []string, _ *tables) (step, *pipeline.Mistake) {
	if len(args) != 2 {
		return nil, pipeline.Wrong("mapping.takes_number_and_character")
	}
	n, wrong := number(args[0])
	if wrong != nil {
		return nil, wrong
	}
	if utf8.RuneCountInString(args[1]) != 1 {
		return nil, pipeline.Wrong("mapping.takes_one_character")
	}
	return func(s string) (string, *pipeline.Message) {
		if wrong := withDecimals(s); wrong != nil {
			return "", wrong
		}
		length := utf8.RuneCountInString(s)
		if length > n {
			return "", pipeline.Say("left_pad_too_long", "count", length, "most", n, "pad", args[1])
		}
		return strings.Repeat(args[1], n-length) + s, nil
	}, nil
}

func firstWord(s string) (string, *pipeline.Message) {
	s = pipeline.TrimBlank(s)
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], nil
	}
	return s, nil
}

func rest(s string) (string, *pipeline.Message) {
	s = pipeline.TrimBlank(s)
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return pipeline.TrimBlank(s[i:]), nil
	}
	return "", nil
}

func compileSplit(args []string, _ *tables) (step, *pipeline.Mistake) {
	if len(args) != 2 || args[0] == "" {
		return nil, pipeline.Wrong("mapping.takes_separator_and_number")
	}
	sep := args[0]
	n, wrong := number(args[1])
	if wrong != nil {
		return nil, wrong
	}
	return func(s string) (string, *pipeline.Message) {
		for part := 1; ; part++ {
			head, tail, more := strings.Cut(s, sep)
			if part == n {
				return pipeline.TrimBlank(head), nil
			}
			if !more {
				return "", pipeline.Say("too_few_parts", "count", part, "separator", shown(sep))
			}
			s = tail
		}
	}, nil
}

// shown returns a separator in a visible form: as text, or in words.
func shown(sep string) any {
	if sep == " " {
		return pipeline.Say("a_space")
	}
	if strings.TrimSpace(sep) != sep || strings.ContainsFunc(sep, unicode.IsControl) {
		return fmt.Sprintf("%q", sep)
	}
	return sep
}

func compileTruncate(args []string, _ *tables) (step, *pipeline.Mistake) {
	if len(args) != 1 {
		return nil, pipeline.Wrong("mapping.takes_number")
	}
	n, wrong := number(args[0])
	if wrong != nil {
		return nil, wrong
	}
	return func(s string) (string, *pipeline.Message) {
		count := 0
		for i := range s {
			if count == n {
				return pipeline.TrimBlank(s[:i]), nil
			}
			count++
		}
		return s, nil
	}, nil
}

// between joins values as join(sep) does.
func between(sep string) combine {
	return func(values []string) string {
		var kept []string
		for _, v := range values {
			if v != "" {
				kept = append(kept, v)
			}
		}
		return strings.Join(kept, sep)
	}
}

func compileJoin(args []string) (combine, *pipeline.Mistake) {
	if len(args) != 1 {
		return nil, pipeline.Wrong("mapping.takes_separator")
	}
	return between(args[0]), nil
}
