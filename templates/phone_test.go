package templates

import (
	"math"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// The lengths are those of a library that knows all countries' numbers, with Mexico's older ones.
func TestPhoneLengths(t *testing.T) {
	ofOld := map[int]int{52: 11}
	lengths := phoneLengths()
	for code := range lengths {
		if phonenumbers.GetSupportedCallingCodes()[code] != (lengths[code] != 0) {
			t.Errorf("+%d: lengths %b, unlike the library", code, lengths[code])
		}
		for n := 1; lengths[code] != 0 && n < 20; n++ {
			calling, national := int32(code), uint64(math.Pow10(n-1))
			number := phonenumbers.PhoneNumber{CountryCode: &calling, NationalNumber: &national}
			want := phonenumbers.IsPossibleNumberWithReason(&number) == phonenumbers.IS_POSSIBLE
			if got := lengths[code]>>n&1 == 1; got != (want || ofOld[code] == n) {
				t.Errorf("+%d with %d digits: %t, the library says %t", code, n, got, want)
			}
		}
	}
}

// No number of a region that shares its code with another is refused.
func TestPhonesOfAllRegions(t *testing.T) {
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			example := phonenumbers.GetExampleNumberForType(region, kind)
			if example == nil || phonenumbers.IsPossibleNumberWithReason(example) != phonenumbers.IS_POSSIBLE {
				continue // it cannot be dialled from abroad
			}
			if number := phonenumbers.Format(example, phonenumbers.E164); !isPhone(number) {
				t.Errorf("%s: %s is refused", region, number)
			}
		}
	}
}

func TestIsPhone(t *testing.T) {
	for number, want := range map[string]bool{
		"+573005550101": true, "+5716055501": true, "+57601555010": false,
		"+573005550": false, "+57300555010": false, "+5730055501012": true, "+57300555010123": false,
		"+12025550101": true, "+1202555010": false, "+120255501011": false,
		"+2348030000000": true, "+264811234567": true, "+442071838750": true, "+39061234": true,
		"+4915112345678": true, "+5215512345678": true, "+5491123456789": true, "+861012345678": true,
		"+0348035550101": true, "+9991234": true, "+210123": true, // no such code
		"3005550": true, "": true, "+": true, "+57 300": true, "+57x": true, // left to the pattern
	} {
		if got := isPhone(number); got != want {
			t.Errorf("%q: %t", number, got)
		}
	}
}
