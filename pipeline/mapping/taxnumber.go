package mapping

import (
	"strings"

	"muster/pipeline"
)

// nitWeights multiply the nine digits of a NIT, from the left
// (templates/providers/passport/FACTS.md, Request fields).
var nitWeights = [9]int{41, 37, 29, 23, 19, 17, 13, 7, 3}

// nitCheckDigit returns DIAN's check digit for nine digits.
func nitCheckDigit(nine string) byte {
	sum := 0
	for i, w := range nitWeights {
		sum += w * int(nine[i]-'0')
	}
	if r := sum % 11; r > 1 {
		return byte('0' + 11 - r)
	} else {
		return byte('0' + r)
	}
}

// nit accepts dots only as Colombians write them, between groups of three digits. Anywhere else a dot may be a
// decimal point that some program added, and the digits after it do not belong to the NIT.
func nit(s string) (string, *pipeline.Message) {
	s = withoutSpaces(s)
	body, check, hyphen := strings.Cut(s, "-")
	dotted := strings.Contains(body, ".")
	number := strings.ReplaceAll(body, ".", "")
	if !allDigits(number) || !allDigits(check) {
		return "", pipeline.Say("nit_characters")
	}
	if dotted && !inThrees(body) {
		return "", pipeline.Say("nit_dots")
	}
	switch {
	case hyphen && len(number) != 9:
		return "", pipeline.Say("nit_before_hyphen", "digits", count(len(number)))
	case hyphen && len(check) != 1:
		return "", pipeline.Say("nit_behind_hyphen", "digits", count(len(check)))
	case hyphen && check[0] != nitCheckDigit(number):
		return "", pipeline.Say("nit_check_digit", "digit", string(nitCheckDigit(number)))
	case hyphen, len(number) == 9:
		return number, nil
	case len(number) == 10 && number[9] != nitCheckDigit(number[:9]):
		return "", pipeline.Say("nit_tenth_digit", "digit", string(nitCheckDigit(number[:9])))
	case len(number) == 10:
		return number[:9], nil
	}
	return "", pipeline.Say("nit_length", "digits", count(len(number)))
}

// inThrees reports whether the dots of a number separate groups of three digits; the check digit may follow the last
// group, with or without a dot.
func inThrees(s string) bool {
	groups := strings.Split(s, ".")
	for i, g := range groups {
		switch {
		case i == 0 && len(g) >= 1 && len(g) <= 3:
		case i > 0 && len(g) == 3:
		case i == 2 && i == len(groups)-1 && len(g) == 4:
		case i == 3 && i == len(groups)-1 && len(g) == 1:
		default:
			return false
		}
	}
	return true
}

// nineDigits removes hyphens and spaces; name is the number's name in messages.
func nineDigits(name *pipeline.Message) step {
	return func(s string) (string, *pipeline.Message) {
		number := strings.ReplaceAll(withoutSpaces(s), "-", "")
		if !allDigits(number) {
			return "", pipeline.Say("nine_digits_characters", "number", name)
		}
		if len(number) != 9 {
			return "", pipeline.Say("nine_digits_length", "digits", count(len(number)), "number", name)
		}
		return number, nil
	}
}

// withoutSpaces removes spaces and replaces every character that looks like a hyphen with one.
func withoutSpaces(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '\u2007', '\u2009':
			return -1
		case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212':
			return '-'
		}
		return r
	}, s)
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// count is so many digits, as a part of a message.
func count(n int) *pipeline.Message {
	if n == 0 {
		return pipeline.Say("digits_none")
	}
	return pipeline.Say("digits", "count", n)
}
