package mapping

import (
	"errors"
	"fmt"
	"strings"
)

// nitWeights multiply the nine digits of a NIT, from the left
// (templates/providers/passport/FACTS.md, Request fields).
var nitWeights = [9]int{41, 37, 29, 23, 19, 17, 13, 7, 3}

// nitCheckDigit is DIAN's check digit of nine digits.
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

// nit takes dots for what they are in Colombia, marks between groups of three;
// in any other place they may be a decimal point that some program left
// behind, and then a digit is not the NIT's.
func nit(s string) (string, error) {
	s = withoutSpaces(s)
	body, check, hyphen := strings.Cut(s, "-")
	dotted := strings.Contains(body, ".")
	number := strings.ReplaceAll(body, ".", "")
	if !allDigits(number) || !allDigits(check) {
		return "", errors.New("has characters other than digits, dots, spaces and one hyphen: nine digits, with or without the check digit, are needed")
	}
	if dotted && !inThrees(body) {
		return "", errors.New("has dots in other places than between groups of three digits")
	}
	switch {
	case hyphen && len(number) != 9:
		return "", fmt.Errorf("has %s before the hyphen, and a NIT has nine", count(len(number)))
	case hyphen && len(check) != 1:
		return "", fmt.Errorf("has %s behind the hyphen, and the check digit is one", count(len(check)))
	case hyphen && check[0] != nitCheckDigit(number):
		return "", fmt.Errorf("has a wrong check digit: by DIAN's rule it is %c", nitCheckDigit(number))
	case hyphen, len(number) == 9:
		return number, nil
	case len(number) == 10 && number[9] != nitCheckDigit(number[:9]):
		return "", fmt.Errorf("has ten digits, and the last is not the check digit of the nine before it, which by DIAN's rule is %c", nitCheckDigit(number[:9]))
	case len(number) == 10:
		return number[:9], nil
	}
	return "", fmt.Errorf("has %s, and a NIT has nine, or ten with its check digit", count(len(number)))
}

// inThrees reports whether the dots of a number stand where they part groups
// of three; the last group may have the check digit behind it, with or without
// a dot.
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

// nineDigits drops hyphens and spaces; what is the number's name with its
// article.
func nineDigits(what string) step {
	return func(s string) (string, error) {
		number := strings.ReplaceAll(withoutSpaces(s), "-", "")
		if !allDigits(number) {
			return "", fmt.Errorf("has characters other than digits, hyphens and spaces, and %s has none", what)
		}
		if len(number) != 9 {
			return "", fmt.Errorf("has %s, and %s has nine", count(len(number)), what)
		}
		return number, nil
	}
}

// withoutSpaces drops spaces, and makes one hyphen of all that look like it.
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

func count(n int) string {
	switch n {
	case 0:
		return "no digits"
	case 1:
		return "1 digit"
	}
	return fmt.Sprintf("%d digits", n)
}
