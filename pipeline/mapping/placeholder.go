package mapping

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

//go:embed placeholders.yaml
var placeholdersFile []byte

// kind says what fields of one kind do not accept as a value.
type kind struct {
	Name     string
	Words    []string // of a field's path; none for the kind of all other fields
	Anywhere bool     // a word counts anywhere in the path, not only in its last part
	Nothing  []string // in small letters
	Exactly  []string
	Letters  bool // a value without a letter or digit is a placeholder
	Lettered bool // a value without a letter is mentioned
	Lines    bool // values may have line breaks and tabs
	Undated  bool // no value is a date, unless the field itself says otherwise
	Digits   bool // a value may be a series of digits
	Mailbox  bool // what is before @ is looked up among the words of trials

	nothing map[string]bool
	madeUp  map[string]bool // what is entered to try a form out, in small letters
	trials  []string        // first words of names that are
	longest int             // bytes of the longest entry of Nothing
	// begins has, for each first byte of an entry of Nothing or of madeUp, in small letters, a bit for each length
	// that such an entry has.
	begins [utf8.RuneSelf]uint64
}

// kinds are those in placeholders.yaml; the last is for any field.
var kinds = sync.OnceValue(func() []kind {
	var file struct {
		Everywhere []string
		Trials     []string
		TrialWords []string
		Mailboxes  []string
		Kinds      []kind
	}
	dec := yaml.NewDecoder(bytes.NewReader(placeholdersFile))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		panic("placeholders.yaml: " + err.Error()) // it is part of the program
	}
	for i := range file.Kinds {
		k := &file.Kinds[i]
		k.nothing = map[string]bool{}
		for _, text := range slices.Concat(file.Everywhere, k.Nothing, k.Exactly) {
			k.nothing[text] = true
			k.longest = max(k.longest, len(text))
			k.may(text)
		}
		k.madeUp = map[string]bool{}
		of := file.Trials
		if k.Mailbox {
			of = file.Mailboxes
		}
		for _, text := range of {
			k.madeUp[text] = true
			k.may(text)
		}
		for n := 3; n <= longestMadeUp; n++ {
			k.may(strings.Repeat("x", n)) // see isXs
		}
		if k.Lettered {
			k.trials = file.TrialWords
		}
		for n := 2; n <= k.longest; n++ {
			// What a spreadsheet program shows in a narrow column.
			hashes := strings.Repeat("#", n)
			k.nothing[hashes] = true
			k.may(hashes)
		}
	}
	return file.Kinds
})

// may makes mayBeNothing return true for a text.
func (k *kind) may(text string) {
	if small := strings.ToLower(text); small[0] < utf8.RuneSelf {
		k.begins[small[0]] |= 1 << len(text)
	}
}

// kindOf is the kind of the field of that path.
func kindOf(path string) *kind {
	all := kinds()
	words := pathWords(path)
	last := pathWords(path[strings.LastIndexByte(path, '.')+1:])
	i := slices.IndexFunc(all, func(k kind) bool {
		of := last
		if k.Anywhere {
			of = words
		}
		return len(k.Words) == 0 || slices.ContainsFunc(of, func(w string) bool { return slices.Contains(k.Words, w) })
	})
	return &all[i]
}

// pathWords are the words of a path, in small letters: billing_address.zipCode has
// billing, address, zip and code.
func pathWords(path string) []string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// placeholder reports whether a value is a placeholder in fields of the kind.
func (k *kind) placeholder(s string) bool {
	if len(s) > k.longest || !k.mayBeNothing(s) {
		return false
	}
	if k.nothing[s] {
		return true
	}
	if c := s[0]; c >= '0' && c <= '9' || c == '+' {
		return false
	}
	var room [64]byte // so that looking costs no allocation
	small := appendLower(room[:0], s)
	return k.nothing[string(small)] && !slices.Contains(k.Exactly, string(small))
}

// appendLower appends a text in small letters.
func appendLower(to []byte, s string) []byte {
	for _, r := range s {
		to = utf8.AppendRune(to, unicode.ToLower(r))
	}
	return to
}

// mayBeNothing quickly returns false for nearly all values.
func (k *kind) mayBeNothing(s string) bool {
	first := s[0]
	if first >= utf8.RuneSelf || k.longest >= 64 {
		return true
	}
	if first >= 'A' && first <= 'Z' {
		first += 'a' - 'A'
	}
	lengths := k.begins[first]
	return lengths>>len(s)&1 == 1 || lengths != 0 && !isPlain(s)
}

// nameless reports whether a value of a kind that needs letters or digits has neither.
func (k *kind) nameless(s string) bool {
	return k.Letters && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) && !isBlankLetter(r) || unicode.IsNumber(r)
	})
}

// lists reports whether the field itself lists a value.
func lists(f *pipeline.Field, s string) bool { return slices.Contains(f.Enum, s) }

// LooksMissing reports whether a text is a placeholder in any field: N/A, NULL, -.
func LooksMissing(text string) bool {
	all := kinds()
	return text != "" && all[len(all)-1].placeholder(text)
}
