package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// phoneForm is what a conversion gives of a number.
type phoneForm int

const (
	formatE164 phoneForm = iota
	formatNational
	formatCountryCode
)

func compilePhone(form phoneForm) func([]string, *tables) (step, *mistake) {
	return func(args []string, _ *tables) (step, *mistake) {
		if len(args) != 1 {
			return nil, mistaken("", "takes the country whose numbers stand without a country code")
		}
		region := strings.ToUpper(args[0])
		if !phonenumbers.GetSupportedRegions()[region] {
			return nil, mistaken("name the country by its two letters of ISO 3166-1, such as CO or US", "%q is no country with phone numbers", args[0])
		}
		return func(s string) (string, error) { return convertPhone(s, region, form) }, nil
	}
}

// convertPhone reads a number as libphonenumber does, but not what that would
// drop (an extension) or make up (digits for letters).
//
// A number without a plus sign must come out as one of region. libphonenumber
// also takes international prefixes, and what one country dials abroad with is
// another's number: in CO, 0057 dials Russia through a carrier.
func convertPhone(s, region string, form phoneForm) (string, error) {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // marks that telephones put around a copied number
			return -1
		}
		return r
	}, s)
	international := strings.HasPrefix(strings.TrimLeft(s, " ("), "+") || strings.HasPrefix(s, "\uff0b")
	no := "is no phone number of " + region
	if international {
		no = "is no phone number"
	}
	if severalPhones(s) {
		return "", errors.New(no + ": it seems to be more than one, and one is needed")
	}
	number, err := phonenumbers.Parse(s, region)
	if err == nil && number.GetExtension() != "" {
		return "", errors.New("has an extension, which E.164 cannot hold")
	}
	if strings.ContainsFunc(s, notOfAPhone) {
		return "", errors.New(no + ": it has characters other than digits, spaces and . - / ( ) with a plus sign in front")
	}
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return "", errors.New(no + ": there is no such country code")
	case err != nil:
		return "", fmt.Errorf("%s: %s", no, wrongLength(s))
	}
	calling := int(number.GetCountryCode())
	home := calling == phonenumbers.GetCountryCodeForRegion(region)
	if !home && !international {
		return "", errors.New(no + "; one of another country begins with a plus sign and its country code")
	}
	if reason := impossible(number); reason != "" {
		return "", errors.New(no + ": " + reason)
	}
	if !home && form == formatNational {
		return "", errors.New("is a number of another country than " + region + ", which has no place without its country code")
	}
	switch form {
	case formatNational:
		return phonenumbers.GetNationalSignificantNumber(number), nil
	case formatCountryCode:
		return strconv.Itoa(calling), nil
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// impossible is what is wrong with a number; "" when it is valid.
func impossible(number *phonenumbers.PhoneNumber) string {
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.TOO_SHORT:
		return "it is too short"
	case phonenumbers.TOO_LONG:
		return "it is too long"
	case phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "the area code is missing"
	case phonenumbers.INVALID_LENGTH:
		return "it has a digit too many or too few"
	case phonenumbers.INVALID_COUNTRY_CODE:
		return "there is no such country code"
	}
	if !phonenumbers.IsValidNumber(number) {
		return "there is none like it; a digit may be wrong, missing or too many"
	}
	return ""
}

// wrongLength words libphonenumber's refusal of what is no number at all.
func wrongLength(s string) string {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	switch {
	case n == 0:
		return "it has no digits"
	case n < 7:
		return "it is too short"
	case n > 15:
		return "it is too long"
	}
	return "it is not of the form of one"
}

// severalPhones says that a cell has two runs of digits or more, each enough
// for a number, with between them what people write between two.
func severalPhones(s string) bool {
	numbers := 0
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("/;,|\n", r) }) {
		digits := 0
		for _, r := range one {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits >= 7 {
			numbers++
		}
	}
	return numbers > 1
}

func notOfAPhone(r rune) bool {
	return !unicode.IsDigit(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Pd, r) && !strings.ContainsRune("+\uff0b.()/\u2212", r)
}
