package templates

import (
	"math/big"
	"slices"
	"strings"
)

// wholeNumber is a number without the zeros behind its point, by which programs
// spell whole ones: 1250000.00 is 1250000. Any other text stays as it is.
func wholeNumber(s string) string {
	number, fraction, ok := strings.Cut(s, ".")
	if !ok || fraction == "" || strings.Trim(fraction, "0") != "" || !isInteger(number) {
		return s
	}
	return number
}

// isInteger reports whether a text is an integer as JSON has it and nothing else.
// One with an exponent is not: spreadsheet programs show 1.79585E+09 of a number
// that had more digits.
func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && len(s) <= longestNumber && strings.Trim(digits, "0123456789") == "" &&
		(digits[0] != '0' || s == "0")
}

// longestNumber is the most characters of a number that is computed with.
const longestNumber = 64

// plainNumber reports whether a JSON number can be computed with: its spelling
// is short, and its exponent too, so that no number costs the memory of a book.
func plainNumber(s string) bool {
	if len(s) > longestNumber || strings.Trim(s, "-+.0123456789eE") != "" {
		return false
	}
	_, exponent, ok := strings.Cut(strings.ToLower(s), "e")
	return !ok || len(strings.TrimLeft(exponent, "+-0")) <= 2
}

// ofType says of a leaf that may be sent as a number, as a truth or as a text
// whether what is sent is of one of the types.
func (n *layoutNode) ofType(types []string) match {
	text, truth := slices.Contains(types, "string"), slices.Contains(types, "boolean")
	number, whole := slices.Contains(types, "number"), slices.Contains(types, "integer")
	return func(s string) bool {
		switch {
		case n.isNumber(s):
			return number || whole && isWhole(s)
		case n.isTruth(s):
			return truth
		}
		return text
	}
}

// isWhole says that a number has no fraction, however it is spelled.
func isWhole(number string) bool {
	if strings.Trim(number, "-0123456789") == "" {
		return true
	}
	value, ok := new(big.Rat).SetString(number)
	return ok && value.IsInt()
}

// inRange says of a leaf that may be sent as a number whether it keeps the bound of
// that keyword.
func (n *layoutNode) inRange(keyword string, bound *big.Rat) match {
	return func(s string) bool {
		if !n.isNumber(s) {
			return true
		}
		value, ok := new(big.Rat).SetString(s)
		if !ok {
			return false
		}
		switch keyword {
		case "minimum":
			return value.Cmp(bound) >= 0
		case "maximum":
			return value.Cmp(bound) <= 0
		case "exclusiveMinimum":
			return value.Cmp(bound) > 0
		case "exclusiveMaximum":
			return value.Cmp(bound) < 0
		}
		return value.Quo(value, bound).IsInt() // multipleOf
	}
}
