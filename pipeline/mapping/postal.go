package mapping

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// countryOf is the index of the slot with the country of the address whose postal code a slot has; -1 for any other
// slot, and where there is none.
func countryOf(slots []pipeline.Slot, i int) int {
	parent := slots[i].Path[:strings.LastIndexByte(slots[i].Path, '.')+1]
	last := pathWords(slots[i].Path[len(parent):])
	if !slices.ContainsFunc(last, func(w string) bool { return slices.Contains(postalWords, w) }) {
		return -1
	}
	return slices.IndexFunc(slots, func(s pipeline.Slot) bool {
		own, ok := strings.CutPrefix(s.Path, parent)
		return ok && !strings.Contains(own, ".") && slices.Contains(pathWords(own), "country")
	})
}

var postalWords = []string{"zip", "zipcode", "postal", "postcode", "postalcode"}

// postalDigits are countries whose postal codes all have so many digits, and may begin with 0.
var postalDigits = map[string]int{"US": 5, "PR": 5, "MX": 5, "ES": 5, "FR": 5, "IT": 5, "DE": 5, "BR": 8}

// zerosLost says that a postal code has fewer digits than those of its country, as a spreadsheet program leaves of
// 02108; nil for any other.
func zerosLost(code, country string) *pipeline.Message {
	digits, rest, _ := strings.Cut(code, "-")
	country = strings.TrimSpace(country)
	if digits == "" || strings.Trim(digits+rest, "0123456789") != "" || rest != "" && len(rest) < 3 {
		return nil
	}
	a2, wrong := countryA2(country)
	if wrong != nil {
		return nil
	}
	want := postalDigits[a2]
	if a2 == "BR" { // 01310-100
		digits += rest
	}
	if missing := want - len(digits); want == 0 || missing < 1 || missing > 2 {
		return nil
	}
	return pipeline.Say("cells.zeros_lost", "count", len(digits), "country", a2, "digits", want)
}
