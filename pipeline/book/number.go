package book

import (
	"strconv"
	"strings"

	"muster/pipeline"
)

// exactDigits is how many digits of a number a spreadsheet program keeps.
const exactDigits = 15

// numberText spells a number of a workbook (xsd:double) without an exponent: a whole one as its digits, another with
// the digits that a spreadsheet program shows, at most fifteen. wholeDigits is the number of digits before the point.
// ok is false for a text that is no number.
//
// It works on the digits and not on a float64, so that numbers of up to fifteen digits are exact.
func numberText(raw string) (text string, wholeDigits int, ok bool) {
	if n := len(raw); n > 0 && n <= exactDigits && raw[0] != '0' && onlyDigits(raw) {
		return raw, n, true
	}
	d, ok := parseDecimal(raw)
	if !ok {
		return "", 0, false
	}
	if len(d.digits) > exactDigits && d.point < len(d.digits) {
		// A fraction with more digits than the program shows is rounded as it shows it: 1234.5599999999999 is
		// 1234.56.
		f, err := strconv.ParseFloat(raw, 64)
		if err != nil {
			return "", 0, false
		}
		if d, ok = parseDecimal(strconv.FormatFloat(f, 'e', exactDigits-1, 64)); !ok {
			return "", 0, false
		}
	}
	return d.text(), max(d.point, 0), true
}

// decimal is 0.digits × 10^point; zero has no digits.
type decimal struct {
	negative bool
	digits   string // no zeros at either end
	point    int
}

// maxPoint bounds the exponent: that of a float64 and more.
const maxPoint = 400

func parseDecimal(s string) (decimal, bool) {
	var d decimal
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	exponent := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e := s[i+1:]
		size := strings.TrimLeft(e, "+-")
		if size == "" || len(size) > 5 || len(e)-len(size) > 1 || !onlyDigits(size) {
			return d, false
		}
		var err error
		if exponent, err = strconv.Atoi(e); err != nil {
			return d, false
		}
		s = s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if whole+fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return d, false
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	d.point = len(whole) - (len(whole) + len(fraction) - len(digits)) + exponent
	d.digits = strings.TrimRight(digits, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, d.point <= maxPoint && d.point >= -maxPoint && len(d.digits) <= 2*maxPoint
}

func (d decimal) text() string {
	var b strings.Builder
	if d.negative {
		b.WriteByte('-')
	}
	switch n := len(d.digits); {
	case n == 0:
		return "0"
	case d.point <= 0:
		b.WriteString("0.")
		b.WriteString(strings.Repeat("0", -d.point))
		b.WriteString(d.digits)
	case d.point >= n:
		b.WriteString(d.digits)
		b.WriteString(strings.Repeat("0", d.point-n))
	default:
		b.WriteString(d.digits[:d.point])
		b.WriteByte('.')
		b.WriteString(d.digits[d.point:])
	}
	return b.String()
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// masked spells the digits of a whole number as a format of zeros shows them: with leading zeros, and the format's
// own marks between.
func masked(mask, digits string) string {
	zeros := strings.Count(mask, "0")
	if len(digits) < zeros {
		digits = strings.Repeat("0", zeros-len(digits)) + digits
	}
	var b strings.Builder
	spare := len(digits) - zeros
	for i := 0; i < len(mask); i++ {
		if mask[i] == literalZero[0] {
			b.WriteByte('0')
			continue
		}
		if mask[i] != '0' {
			b.WriteByte(mask[i])
			continue
		}
		// Digits for which the format has no zero come before the first one.
		b.WriteString(digits[:spare+1])
		digits, spare = digits[spare+1:], 0
	}
	return b.String()
}

// shortened reports whether a text is a number with an exponent, as programs write a long one: 9.01E+08 by a
// spreadsheet program with a narrow cell, and 9.01E8 or 9.01e+08 by others. Digits may be lost. 9E8, which may be a
// code, does not count.
func shortened(s string) bool {
	at := exponentMark(s)
	if at < 1 || len(s) > 24 {
		return false
	}
	number, exponent := strings.TrimPrefix(s[:at], "-"), s[at+1:]
	digits := strings.TrimPrefix(exponent, "+")
	whole, fraction, _ := strings.Cut(strings.Replace(number, ",", ".", 1), ".")
	if len(whole) != 1 || !onlyDigits(whole+fraction+digits) || digits == "" {
		return false
	}
	return fraction != "" || len(digits) > 1 && len(digits) < len(exponent)
}

// exponentMark is the position of the E of a text that ends in an exponent of at most three digits; -1 for none. It
// is called for nearly every cell that begins with a digit.
func exponentMark(s string) int {
	n := len(s)
	if n < shortestShortened || !isDigit(s[n-1]) {
		return -1
	}
	for i := n - 2; i >= max(n-5, 0); i-- {
		switch c := s[i]; {
		case c == 'E' || c == 'e':
			return i
		case c != '+' && !isDigit(c):
			return -1
		}
	}
	return -1
}

const shortestShortened = len("9E+08")

func shortenedFault(column int) fault {
	return fault{column, pipeline.ProblemMangled, pipeline.Say("number_shortened")}
}
