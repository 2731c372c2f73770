package templates

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"muster/pipeline"
)

// groupTitle is one group above a field, in all languages.
type groupTitle struct {
	title  pipeline.Localized
	number int // as in groupLabel
}

// groupLabel is one group above a field, as shown to people.
type groupLabel struct {
	title  string // Representative
	number int    // from 1; 0 when there are columns for one entry only
}

func (g groupLabel) String() string {
	if g.number == 0 {
		return g.title
	}
	return fmt.Sprintf("%s %d", g.title, g.number)
}

// label names a field with the groups that it is in, without repeating a word: in the group "Address 2" the field
// "Address type" is "Address 2 type".
func label(groups []groupLabel, title string) string {
	var above []string
	for i, g := range groups {
		s := g.String()
		if words := strings.Fields(g.title); i == len(groups)-1 && len(words) > 0 {
			if rest, ok := cutWord(title, words[len(words)-1]); ok {
				title = s + rest
				break
			}
		}
		if i > 0 {
			s = lowered(s)
		}
		above = append(above, s)
	}
	if len(above) == 0 {
		return title
	}
	return strings.Join(above, ", ") + ": " + lowered(title)
}

// cutWord removes a word from the beginning of s, ignoring case.
func cutWord(s, word string) (rest string, ok bool) {
	if len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
		return "", false
	}
	rest = s[len(word):]
	if r, _ := utf8.DecodeRuneInString(rest); rest != "" && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return "", false
	}
	return rest, true
}

// lowered begins s with a small letter, unless it begins with an abbreviation.
func lowered(s string) string {
	if s == "" {
		return s
	}
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	if unicode.IsUpper(second) || unicode.IsDigit(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[n:]
}

// humanised makes a name of the schema readable: postal_code and postalCode
// are "Postal code".
func humanised(name string) string {
	var words []string
	var word []rune
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case r == '_' || r == '-' || r == ' ':
			words, word = append(words, string(word)), nil
			continue
		case unicode.IsUpper(r) && i > 0 && unicode.IsLower(runes[i-1]):
			words, word = append(words, string(word)), nil
		}
		word = append(word, r)
	}
	words = slices.DeleteFunc(append(words, string(word)), func(s string) bool { return s == "" })
	for i := range words {
		if words[i] = lowered(words[i]); i == 0 {
			first, n := utf8.DecodeRuneInString(words[i])
			words[i] = string(unicode.ToUpper(first)) + words[i][n:]
		}
	}
	if len(words) == 0 {
		return name
	}
	return strings.Join(words, " ")
}

// sheetNames are the names of a workbook's sheets, in small letters, because they ignore case.
type sheetNames map[string]bool

// legal makes a sheet name: at most 31 characters, without those that spreadsheet programs refuse, and different from
// the others.
func (n sheetNames) legal(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, name))
	if name == "" {
		name = "Sheet"
	}
	for i := 1; ; i++ {
		suffix := ""
		if i > 1 {
			suffix = fmt.Sprintf(" %d", i)
		}
		tried := []rune(name)
		for len(utf16.Encode(tried))+len(suffix) > 31 {
			tried = tried[:len(tried)-1]
		}
		name := strings.TrimSpace(string(tried)) + suffix
		if key := strings.ToLower(name); !n[key] {
			n[key] = true
			return name
		}
	}
}
