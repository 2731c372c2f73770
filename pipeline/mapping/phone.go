package mapping

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"muster/pipeline"
)

// phoneForm is the form in which a conversion returns a number.
type phoneForm int

const (
	formatE164 phoneForm = iota
	formatNational
	formatCountryCode
)

func compilePhone(form phoneForm) func([]string, *tables) (step, *pipeline.Mistake) {
	return func(args []string, _ *tables) (step, *pipeline.Mistake) {
		if len(args) != 1 {
			return nil, pipeline.Wrong("mapping.takes_country")
		}
		region := strings.ToUpper(args[0])
		if !phonenumbers.GetSupportedRegions()[region] {
			return nil, pipeline.Wrong("mapping.not_a_phone_country", "country", args[0]).Try("mapping.name_country")
		}
		return func(s string) (string, *pipeline.Message) { return convertPhone(s, region, form) }, nil
	}
}

// convertPhone reads a number as libphonenumber does, but not what that would
// drop (an extension) or make up (digits for letters).
//
// A number without a plus sign must come out as one of region. libphonenumber
// also takes international prefixes, and what one country dials abroad with is
// another's number: in CO, 0057 dials Russia through a carrier. Where Russia has no
// such number, it is one of CO.
func convertPhone(s, region string, form phoneForm) (string, *pipeline.Message) {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // marks that telephones put around a copied number
			return -1
		}
		return r
	}, s)
	if wrong := withDecimals(s); wrong != nil {
		return "", wrong
	}
	international := strings.HasPrefix(strings.TrimLeft(s, " ("), "+") || strings.HasPrefix(s, "\uff0b")
	no := func(reason *pipeline.Message) (string, *pipeline.Message) {
		if international {
			return "", pipeline.Say("phone", "reason", reason)
		}
		return "", pipeline.Say("phone_of_region", "region", region, "reason", reason)
	}
	if severalPhones(s) {
		return no(pipeline.Say("phone_several"))
	}
	number, err := phonenumbers.Parse(s, region)
	if home := afterDoubleZero(s, region); home != nil && (err != nil || !phonenumbers.IsValidNumber(number)) {
		number, err = home, nil
	}
	if err == nil && number.GetExtension() != "" {
		return "", pipeline.Say("phone_extension")
	}
	if strings.ContainsFunc(s, notOfAPhone) {
		return no(pipeline.Say("phone_characters"))
	}
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return no(pipeline.Say("phone_country_code"))
	case err != nil:
		return no(wrongLength(s))
	}
	calling := int(number.GetCountryCode())
	home := calling == phonenumbers.GetCountryCodeForRegion(region)
	if !home && !international {
		return "", pipeline.Say("phone_abroad", "region", region)
	}
	if reason := impossible(number); reason != nil {
		return no(reason)
	}
	if !home && form == formatNational {
		return "", pipeline.Say("phone_of_another_country", "region", region)
	}
	switch form {
	case formatNational:
		return phonenumbers.GetNationalSignificantNumber(number), nil
	case formatCountryCode:
		return strconv.Itoa(calling), nil
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// afterDoubleZero returns the valid number of region that follows 00 and the region's own country code, such as 0057
// for CO; nil if there is none.
func afterDoubleZero(s, region string) *phonenumbers.PhoneNumber {
	digits, ok := strings.CutPrefix(strings.TrimLeft(s, " ("), "00")
	if !ok {
		return nil
	}
	number, err := phonenumbers.Parse("+"+digits, region)
	if err != nil || int(number.GetCountryCode()) != phonenumbers.GetCountryCodeForRegion(region) ||
		!phonenumbers.IsValidNumber(number) {
		return nil
	}
	return number
}

// impossible is what is wrong with a number; nil when it is valid.
func impossible(number *phonenumbers.PhoneNumber) *pipeline.Message {
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.TOO_SHORT:
		return pipeline.Say("phone_too_short")
	case phonenumbers.TOO_LONG:
		return pipeline.Say("phone_too_long")
	case phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return pipeline.Say("phone_area_code")
	case phonenumbers.INVALID_LENGTH:
		return pipeline.Say("phone_length")
	case phonenumbers.INVALID_COUNTRY_CODE:
		return pipeline.Say("phone_country_code")
	}
	if !phonenumbers.IsValidNumber(number) {
		return pipeline.Say("phone_none_like_it")
	}
	return nil
}

// wrongLength says why libphonenumber refuses a text that is not a number at all.
func wrongLength(s string) *pipeline.Message {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	switch {
	case n == 0:
		return pipeline.Say("phone_no_digits")
	case n < 7:
		return pipeline.Say("phone_too_short")
	case n > 15:
		return pipeline.Say("phone_too_long")
	}
	return pipeline.Say("phone_form")
}

// severalPhones reports whether a cell has two or more runs of digits, each long enough for a number, with a
// separator between them that people write between two numbers.
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
	return !unicode.IsDigit(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Pd, r) &&
		!strings.ContainsRune("+\uff0b.()/\u2212", r)
}
