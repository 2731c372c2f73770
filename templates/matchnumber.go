package templates

import (
	"math/big"
	"slices"
	"strings"
)

// wholeNumber removes the zeros after the point with which programs spell whole numbers: 1250000.00 becomes 1250000.
// Any other text is unchanged.
func wholeNumber(s string) string {
	number, fraction, ok := strings.Cut(s, ".")
	if !ok || fraction == "" || strings.Trim(fraction, "0") != "" || !isInteger(number) {
		return s
	}
	return number
}

// isInteger reports whether a text is an integer in JSON and nothing more. One with an exponent is not: spreadsheet
// programs show 1.79585E+09 for a number that had more digits.
func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && len(s) <= longestNumber && strings.Trim(digits, "0123456789") == "" &&
		(digits[0] != '0' || s == "0")
}

// longestNumber is the most characters of a number that is computed with.
const longestNumber = 64

// plainNumber reports whether a JSON number can be computed with: its spelling is short, and so is its exponent, so
// that no number needs huge memory.
func plainNumber(s string) bool {
	if len(s) > longestNumber || strings.Trim(s, "-+.0123456789eE") != "" {
		return false
	}
	_, exponent, ok := strings.Cut(strings.ToLower(s), "e")
	return !ok || len(strings.TrimLeft(exponent, "+-0")) <= 2
}

// ofType reports for a leaf that may be sent as a number, as a boolean or as a text whether it is sent as one of the
// types.
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

// isWhole reports whether a number has no fraction, however it is spelt.
func isWhole(number string) bool {
	if strings.Trim(number, "-0123456789") == "" {
		return true
	}
	value, ok := new(big.Rat).SetString(number)
	return ok && value.IsInt()
}

// inRange reports for a leaf that may be sent as a number whether it keeps a bound.
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
