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

// zerosLost says that a postal code has one or two digits fewer than those of its country, as a spreadsheet program
// leaves of 02108; nil for any other.
func zerosLost(code, country string) *pipeline.Message {
	first, rest, _ := strings.Cut(code, "-") // 02108-1234, 01310-100
	whole := len(first) + len(rest)
	if len(first) != 3 && len(first) != 4 && whole != 6 && whole != 7 { // nearly all, without another look
		return nil
	}
	if strings.Trim(first, "0123456789") != "" || strings.Trim(rest, "0123456789") != "" ||
		rest != "" && len(rest) < 3 {
		return nil
	}
	a2, wrong := countryA2(strings.TrimSpace(country))
	if wrong != nil {
		return nil
	}
	have, want := len(first), postalDigits[a2]
	if a2 == "BR" {
		have = whole
	}
	if missing := want - have; missing < 1 || missing > 2 {
		return nil
	}
	return pipeline.Say("cells.zeros_lost", "count", have, "country", a2, "digits", want)
}
