package settle

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// sampled is how many of the newest IDs of a namespace their form is read from.
	sampled = 200
	// enoughIDs is how many IDs show a form. UUIDs have one that needs no second.
	enoughIDs = 3
)

// neverIDs are what people write for yes, no and nothing, in lower case.
var neverIDs = []string{"no", "none", "null", "nil", "nan", "n/a", "n/d", "na", "nd", "x", "xx", "xxx", "ok",
	"si", "sí", "yes", "y", "n", "s", "tbd", "?"}

// neverID says whether a text is a word for yes, no or nothing, or has neither a
// letter nor a digit.
func neverID(said string) bool {
	return slices.Contains(neverIDs, strings.ToLower(said)) || !strings.ContainsFunc(said, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	})
}

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// idForm is what the customer IDs of a namespace have in common.
type idForm struct {
	example  string // the newest of them; "" when there are not enough to show a form
	uuid     bool   // all are UUIDs, and what follows is not read
	prefix   string // a word and its separator, such as "cus_"; "" without a common one
	alphabet string // the kinds of their characters behind the prefix, each once
	digit    bool   // each has a digit behind the prefix
	// least and most are their lengths in characters; both 0 where they differ too
	// much to say anything.
	least, most int
}

// formOf reads the form from known IDs, the newest first, without the prefix of
// a rehearsal.
func formOf(ids []string) idForm {
	if len(ids) == 0 {
		return idForm{}
	}
	if !slices.ContainsFunc(ids, func(id string) bool { return !uuid.MatchString(id) }) {
		return idForm{example: ids[0], uuid: true}
	}
	if len(ids) < enoughIDs {
		return idForm{}
	}
	f := idForm{example: ids[0], prefix: commonPrefix(ids), digit: true, least: utf8.RuneCountInString(ids[0])}
	for _, id := range ids {
		n := utf8.RuneCountInString(id)
		f.least, f.most = min(f.least, n), max(f.most, n)
		rest := id[len(f.prefix):]
		f.digit = f.digit && strings.ContainsFunc(rest, unicode.IsDigit)
		for _, r := range rest {
			if kind := kindOf(r); !strings.ContainsRune(f.alphabet, kind) {
				f.alphabet += string(kind)
			}
		}
	}
	switch {
	case f.alphabet == "0": // numbers grow
		f.least, f.most = f.least-1, f.most+1
	case f.least != f.most:
		f.least, f.most = 0, 0
	}
	return f
}

// fits says whether a text has the form. Where there is none to compare with, a
// word of letters alone does not: no provider gives such IDs.
func (f *idForm) fits(said string) bool {
	if f.uuid {
		return uuid.MatchString(said)
	}
	if f.example == "" {
		return strings.ContainsFunc(said, func(r rune) bool { return !unicode.IsLetter(r) })
	}
	rest, ok := strings.CutPrefix(said, f.prefix)
	n := utf8.RuneCountInString(said)
	return ok && rest != "" && (f.most == 0 || f.least <= n && n <= f.most) &&
		(!f.digit || strings.ContainsFunc(rest, unicode.IsDigit)) &&
		!strings.ContainsFunc(rest, func(r rune) bool { return !strings.ContainsRune(f.alphabet, kindOf(r)) })
}

// kindOf stands for all characters that an ID may have where it has r.
func kindOf(r rune) rune {
	switch {
	case unicode.IsDigit(r):
		return '0'
	case unicode.IsUpper(r):
		return 'A'
	case unicode.IsLetter(r):
		return 'a'
	}
	return r
}

// commonPrefix is what all IDs begin with up to the last separator, where that is
// letters and separators only: digits count or name a day.
func commonPrefix(ids []string) string {
	common := ids[0]
	for _, id := range ids[1:] {
		for !strings.HasPrefix(id, common) {
			common = common[:len(common)-1]
		}
	}
	if at := strings.IndexFunc(common, unicode.IsDigit); at >= 0 {
		common = common[:at]
	}
	return common[:strings.LastIndexAny(common, "_-.:/")+1]
}
