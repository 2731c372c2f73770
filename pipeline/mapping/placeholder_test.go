package mapping

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// What is looked at first never hides a placeholder, however it is spelled.
func TestPlaceholdersInAnySpelling(t *testing.T) {
	for _, k := range kinds() {
		for _, text := range slices.Sorted(maps.Keys(k.nothing)) {
			spellings := []string{text}
			if !slices.Contains(k.Exactly, text) {
				spellings = append(spellings, strings.ToUpper(text))
			}
			for _, s := range spellings {
				if !k.placeholder(s) {
					t.Errorf("%q is a value of the kind %s", s, k.Name)
				}
			}
		}
		for _, s := range []string{"Ana", "nana", "PA", "USA", "12 Sample St", "ñ"} {
			if k.placeholder(s) {
				t.Errorf("%q is none of the kind %s", s, k.Name)
			}
		}
	}
}
