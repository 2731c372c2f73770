package pipeline

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// RehearsalPrefix begins every customer ID of a rehearsal, so that nobody takes it for a real one.
const RehearsalPrefix = "rehearsal-"

// BareID is an ID without the prefix of a rehearsal.
func BareID(id string) string { return strings.TrimPrefix(id, RehearsalPrefix) }

// FitsID reports whether an ID, without a rehearsal's prefix, has the form that the definition promises; every ID
// does where it promises none.
func (r *Record) FitsID(id string) bool {
	return r.IDPattern == nil || r.IDPattern.MatchString(BareID(id))
}

// enoughIDs is how many IDs are needed to see a form in them. For a UUID one is enough.
const enoughIDs = 3

// isUUID reports whether an ID is hex digits in groups of 8, 4, 4, 4 and 12.
func isUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return false
			}
		}
	}
	return true
}

// OneID gives the same text for every spelling of an ID: the digits of a UUID may be capitals (RFC 9562); for other
// IDs case matters.
func OneID(id string) string {
	if bare := BareID(id); isUUID(bare) {
		return strings.TrimSuffix(id, bare) + strings.ToLower(bare)
	}
	return id
}

// IDSpellings are the spellings in which a ledger may have an ID, its own first.
func IDSpellings(id string) []string {
	all := []string{id}
	bare := BareID(id)
	if !isUUID(bare) {
		return all
	}
	for _, other := range []string{strings.ToLower(bare), strings.ToUpper(bare)} {
		if other != bare {
			all = append(all, strings.TrimSuffix(id, bare)+other)
		}
	}
	return all
}

// IDLikeness is what the customer IDs of a namespace have in common, where no definition promises their form. The
// zero value fits everything but words.
type IDLikeness struct {
	// Example is the newest ID; "" when there are too few to see a form.
	Example  string
	UUID     bool   // all are UUIDs; the fields below are not set
	prefix   string // a word and its separator, such as "cus_"; "" without a common one
	alphabet string // the kinds of characters after the prefix, each once
	digit    bool   // each has a digit after the prefix
	// least and most are their lengths in characters; both 0 where the lengths differ too much.
	least, most int
}

// LikenessOf finds what known IDs, newest first, have in common.
func LikenessOf(known []string) IDLikeness {
	ids := make([]string, len(known))
	uuids := 0
	for i, id := range known {
		ids[i] = BareID(id)
		if isUUID(ids[i]) {
			uuids++
		}
	}
	switch {
	case len(ids) == 0:
		return IDLikeness{}
	case uuids == len(ids):
		return IDLikeness{Example: ids[0], UUID: true}
	case len(ids) < enoughIDs:
		return IDLikeness{}
	}
	f := IDLikeness{Example: ids[0], prefix: commonPrefix(ids), digit: true, least: utf8.RuneCountInString(ids[0])}
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
	case f.alphabet == "0": // numbers grow longer
		f.least, f.most = f.least-1, f.most+1
	case f.least != f.most:
		f.least, f.most = 0, 0
	}
	return f
}

// Fits reports whether a text looks like the IDs. Where there are none to compare with, only a word of letters does
// not fit: no provider gives such IDs.
func (f *IDLikeness) Fits(said string) bool {
	said = BareID(said)
	if f.UUID {
		return isUUID(said)
	}
	if f.Example == "" {
		return strings.ContainsFunc(said, func(r rune) bool { return !unicode.IsLetter(r) })
	}
	rest, ok := strings.CutPrefix(said, f.prefix)
	n := utf8.RuneCountInString(said)
	return ok && rest != "" && (f.most == 0 || f.least <= n && n <= f.most) &&
		(!f.digit || strings.ContainsFunc(rest, unicode.IsDigit)) &&
		!strings.ContainsFunc(rest, func(r rune) bool { return !strings.ContainsRune(f.alphabet, kindOf(r)) })
}

// KnownIDs notice an ID that looks different from those before it. They may be used from several goroutines at once.
type KnownIDs struct {
	mu       sync.Mutex
	ids      []string // newest first
	likeness IDLikeness
}

// NewKnownIDs starts with IDs, newest first.
func NewKnownIDs(ids []string) *KnownIDs { return &KnownIDs{ids: ids, likeness: LikenessOf(ids)} }

// Unlike reports whether an ID looks different from those so far, and gives the newest of them as an example. From
// then on IDs may look like the new one, too.
func (k *KnownIDs) Unlike(id string) (example string, unlike bool) {
	const learnt = 20 // so many IDs settle the form
	k.mu.Lock()
	defer k.mu.Unlock()
	example = k.likeness.Example
	unlike = example != "" && !k.likeness.Fits(id)
	if unlike || len(k.ids) < learnt {
		k.ids = slices.Insert(k.ids, 0, id)
		k.likeness = LikenessOf(k.ids)
	}
	return example, unlike
}

// kindOf is the representative of all characters that an ID may have where it has r.
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

// commonPrefix is what all IDs begin with up to the last separator, if that is only letters and separators: digits
// may count up or be a date.
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
