package mapping

import (
	"strings"
	"unicode"

	"muster/pipeline"
)

// A program that treats a column of codes as measurements writes 2108 as 2108.0. Without its point that is another
// number, so conversions that drop or keep single characters refuse it.

// decimals says what a value has after its decimal mark.
type decimals int

const (
	noDecimals   decimals = iota // not a number, or one whose marks separate groups of digits
	zeroDecimals                 // one mark, followed by one or two zeros
	someDecimals                 // a number that is not whole, or is written with both marks
)

// withDecimals says what is wrong with using a number with decimals as a string of digits; nil for nothing.
func withDecimals(s string) *pipeline.Message {
	if !strings.ContainsAny(s, ".,") {
		return nil
	}
	_, d := cutDecimals(s)
	if d == zeroDecimals {
		return pipeline.Say("cells.decimals_of_whole")
	}
	if strings.Contains(s, ",") && d == noDecimals {
		_, d = cutDecimals(bareNumber(s))
	}
	if strings.Contains(s, ",") && d != noDecimals {
		return pipeline.Say("cells.decimals")
	}
	return nil // 12.34 may be two groups of digits
}

// bareNumber returns a number without currency signs and without the characters, other than points and commas, that
// may separate its groups.
func bareNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || isApostrophe(r) || unicode.Is(unicode.Sc, r) {
			return -1
		}
		return r
	}, s)
}

// whole drops decimals that are zeros.
func whole(s string) (string, *pipeline.Message) {
	number, d := cutDecimals(s)
	if d == someDecimals {
		return "", pipeline.Say("cells.decimals")
	}
	return number, nil
}

// cutDecimals returns the part of a number before its decimals, which are one or two digits after one point or comma.
// A text with anything but digits, points, commas and a sign has no decimals; nor has 310.555.01.01.
func cutDecimals(s string) (string, decimals) {
	points, commas, mark := 0, 0, -1
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case c == '.':
			points, mark = points+1, i
		case c == ',':
			commas, mark = commas+1, i
		case (c == '+' || c == '-') && i == 0:
		default:
			return s, noDecimals
		}
	}
	behind := len(s) - mark - 1
	short := behind == 1 || behind == 2
	switch {
	case points > 0 && commas > 0:
		return s, someDecimals
	case mark < 0 || mark == 0 || !short || points > 1:
		return s, noDecimals
	case points+commas == 1 && strings.Trim(s[mark+1:], "0") == "" && s[mark-1] >= '0':
		return s[:mark], zeroDecimals
	}
	return s, someDecimals
}
