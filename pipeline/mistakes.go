package pipeline

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Mistakes are several mistakes that were found at once, in the order of their places.
type Mistakes []*Mistake

// Error has that of each mistake, on its own line.
func (all Mistakes) Error() string {
	var lines []string
	for _, m := range all {
		lines = append(lines, m.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each of them.
func (all Mistakes) Unwrap() []error {
	var each []error
	for _, m := range all {
		each = append(each, m)
	}
	return each
}

// Nearest is the word that differs least from word, by one letter or by fewer than half of its letters, ph being f;
// "" when there is none.
func Nearest(word string, among []string) string {
	heard := strings.NewReplacer("ph", "f")
	best, least := "", max(2, (len(word)+1)/2)
	for _, w := range among {
		if d := Distance(heard.Replace(strings.ToLower(word)), heard.Replace(strings.ToLower(w))); d < least {
			best, least = w, d
		}
	}
	return best
}

// leastBegun is how many letters of a word are enough to mean it.
const leastBegun = 3

// Meant is the name that a person probably meant by word: one that differs only in case, accents, spaces and dashes,
// else the nearest ([Nearest]), else the only one that begins so; "" when there is none.
func Meant(word string, among []string) string {
	read := plain(word)
	if read == "" {
		return ""
	}
	names := make([]string, len(among))
	begun := ""
	several := false
	for i, name := range among {
		if names[i] = plain(name); names[i] == read {
			return name
		}
		if len(read) >= leastBegun && strings.HasPrefix(names[i], read) {
			several = begun != ""
			begun = name
		}
	}
	if near := Nearest(read, names); near != "" {
		return among[slices.Index(names, near)]
	}
	if several {
		return ""
	}
	return begun
}

// plain is a name as it is compared with typed text: small letters without accents, spaces, dashes and underscores.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.IsSpace(r) || r == '-' || r == '_' || IsInvisible(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(name))
}

// Distance is the Levenshtein distance with swaps of neighbours, in bytes: how many to add, drop, replace, or swap
// with the next.
func Distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			if a[i] == b[j] {
				row[j+1] = last[j]
				continue
			}
			row[j+1] = 1 + min(last[j], row[j], last[j+1])
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], 1+before[j-1])
			}
		}
	}
	return row[len(b)]
}
