package templates

import (
	_ "embed"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed phonelengths.yaml
var phoneLengthsFile []byte

// maxPhone is the most digits of a phone number with its country code (E.164).
const maxPhone = 15

// phoneLengths are, by country calling code, the lengths of national numbers, each as a bit; 0 for an unknown code.
// No code begins with another.
var phoneLengths = sync.OnceValue(func() *[1000]uint32 {
	var file map[int][]int
	if err := yaml.Unmarshal(phoneLengthsFile, &file); err != nil {
		panic("phonelengths.yaml: " + err.Error()) // it is embedded
	}
	var lengths [1000]uint32
	for code, all := range file {
		for _, n := range all {
			lengths[code] |= 1 << n
		}
	}
	return &lengths
})

// isPhone reports whether a number with a plus sign and its country code has a length that numbers of that country
// have. The pattern of its field refuses texts of any other form.
func isPhone(s string) bool {
	if len(s) < 2 || s[0] != '+' || s[1] == '0' {
		return true
	}
	number := s[1:]
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return true
		}
	}
	lengths, code := phoneLengths(), 0
	for i := range min(3, len(number)) {
		code = code*10 + int(number[i]-'0')
		if all := lengths[code]; all != 0 {
			return len(number) <= maxPhone && all>>(len(number)-i-1)&1 == 1
		}
	}
	return true
}
