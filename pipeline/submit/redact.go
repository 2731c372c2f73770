package submit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"muster/pipeline"
)

const (
	secretLabel = "{secret}"
	// longestText is how many characters of a provider's text are searched; far fewer are kept.
	longestText = 8 << 10
	// shortValue: values with fewer characters are replaced as whole words only; otherwise "a" would tear every
	// message apart.
	shortValue = 4
)

// needle is one spelling of a value that must not be kept.
type needle struct {
	folded []rune
	label  string
	short  bool
}

// redactor replaces a row's values and our secrets in texts of the provider (pipeline/README.md, promise 9), whatever
// the case, also as JSON, a URL or HTML spells them, and values as [respelling] finds them. A text is dropped unless
// it is certain that nothing is left in it. It is for one goroutine.
type redactor struct {
	entries []pipeline.Entry
	hidden  []needle
	needles []needle // longest first; made for the first long text
	ready   bool
	others  *respelling // made for the first text that may need it
}

// Mask replaces a customer's values and secrets in texts that are shown to people. It
// is for one goroutine.
type Mask struct{ redactor *redactor }

// NewMask makes a Mask for a customer's entries and for secrets; both may be empty.
func NewMask(entries []pipeline.Entry, secrets ...string) *Mask {
	var hidden []needle
	for _, s := range secrets {
		hidden = appendNeedles(hidden, s, secretLabel)
	}
	return &Mask{newRedactor(entries, hidden)}
}

// Text is the text on one line, cut to most characters, with the names of fields for their values and {secret} for
// secrets; "" when it cannot be cleared.
func (m *Mask) Text(text string, most int) string { return m.redactor.text(text, most) }

// redactor makes a redactor for a row's entries, the secrets and the token in use.
func (c *Client) redactor(entries []pipeline.Entry, token string) *redactor {
	if token == "" {
		c.tokens.mu.Lock()
		token = c.tokens.value
		c.tokens.mu.Unlock()
	}
	last := c.withToken.Load()
	if last == nil || last.token != token {
		last = &hiddenWith{token, appendNeedles(slices.Clone(c.hidden), token, secretLabel)}
		c.withToken.Store(last)
	}
	return newRedactor(entries, last.needles)
}

// hiddenWith caches the needles of the secrets and of a token. They are never changed.
type hiddenWith struct {
	token   string
	needles []needle
}

// newRedactor makes a redactor that only reads its arguments.
func newRedactor(entries []pipeline.Entry, hidden []needle) *redactor {
	return &redactor{entries: entries, hidden: hidden}
}

// shortText: for a text of at most so many characters, such as the status in every good answer, only the values that
// fit in it are spelt out.
const shortText = 40

// needlesFor are the needles that fit in a text of that size, longest first. No spelling of a value is shorter than
// the value.
func (h *redactor) needlesFor(size int) []needle {
	if h.ready {
		return h.needles
	}
	needles := slices.Clone(h.hidden)
	for _, e := range h.entries {
		if !e.Filled && (size > shortText || utf8.RuneCountInString(pipeline.Trim(e.Value)) <= size) {
			needles = appendNeedles(needles, e.Value, "{"+e.Path+"}")
		}
	}
	slices.SortStableFunc(needles, func(a, b needle) int { return len(b.folded) - len(a.folded) })
	if size > shortText {
		h.needles, h.ready = needles, true
	}
	return needles
}

// appendNeedles adds all spellings of value.
func appendNeedles(needles []needle, value, label string) []needle {
	value = pipeline.Trim(value)
	if value == "" {
		return needles
	}
	folded := fold(value)
	short := len(folded) < shortValue
	from := len(needles)
	needles = append(needles, needle{folded, label, short})
	for _, s := range spellings(value) {
		f := fold(s)
		if !slices.ContainsFunc(needles[from:], func(n needle) bool { return slices.Equal(n.folded, f) }) {
			needles = append(needles, needle{f, label, short})
		}
	}
	return needles
}

// spellings are the other ways in which a provider may write a value.
func spellings(v string) []string {
	plain, ascii := true, true
	for i := 0; i < len(v); i++ {
		c := v[i]
		if c >= 0x80 {
			ascii = false
		}
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') {
			plain = false
		}
	}
	if plain {
		return nil
	}
	escaped := jsonEscape(v)
	all := []string{
		escaped, strings.ReplaceAll(escaped, "/", `\/`), jsonHTMLEscape(v),
		url.QueryEscape(v), url.PathEscape(v), escape(v), html.EscapeString(v),
	}
	if !ascii {
		all = append(all, asciiJSON(escaped), strings.ToLower(v), strings.ToUpper(v))
	}
	return all
}

func jsonEscape(v string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil { // a string can always be encoded
		return v
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
}

func jsonHTMLEscape(v string) string {
	b, err := json.Marshal(v)
	if err != nil { // a string can always be encoded
		return v
	}
	return string(b[1 : len(b)-1])
}

// asciiJSON spells everything outside ASCII as \u escapes, as many encoders do.
func asciiJSON(escaped string) string {
	var b strings.Builder
	for _, r := range escaped {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// fold maps spellings that differ only in case to the same runes.
func fold(s string) []rune {
	runes := []rune(s)
	for i, r := range runes {
		runes[i] = foldRune(r)
	}
	return runes
}

// isBreak reports whether r would break a line of a report or of a terminal.
func isBreak(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// foldRune is the smallest rune of r's case orbit, and a space for white space and for characters that text renders
// as a space.
func foldRune(r rune) rune {
	if unicode.IsSpace(r) || isBreak(r) {
		return ' '
	}
	if r < 0x80 {
		if r >= 'a' && r <= 'z' {
			return r - ('a' - 'A')
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// text is s without values and secrets, on one line, cut to limit characters; "" when it cannot be cleared.
func (h *redactor) text(s string, limit int) string {
	if s == "" {
		return ""
	}
	if kept, certain := h.plain(s, limit); certain {
		return kept
	}
	return h.search(s, limit)
}

// search is text for a text that may contain a value.
func (h *redactor) search(s string, limit int) string {
	text := []rune(s)
	needles := h.needlesFor(len(text))
	// A value may begin before the end of the searched part and continue after it, so that the last part, as long as
	// the longest value, is not kept.
	keep := len(text)
	if len(text) > longestText {
		text = text[:longestText]
		keep = longestText
		if len(needles) > 0 {
			const longestEscape = 6 // the length of one escaped character
			keep = max(0, longestText-longestEscape*len(needles[0].folded))
		}
	}
	folded := make([]rune, len(text))
	for i, r := range text {
		folded[i] = foldRune(r)
	}
	owner := make([]int, len(text)) // which needle covers each rune, from 1
	labels := make([]string, len(needles))
	for i, n := range needles {
		cover(folded, owner, n, i+1)
		labels[i] = n.label
	}
	if len(h.entries) > 0 && mayHave(text, h.entries) {
		var cleared bool
		if labels, cleared = h.coverOthers(text, owner, labels); !cleared {
			return ""
		}
	}
	var out []rune
	for i := 0; i < keep && len(out) <= limit; i++ {
		if n := owner[i]; n > 0 {
			if i == 0 || owner[i-1] == 0 || labels[owner[i-1]-1] != labels[n-1] {
				out = append(out, []rune(labels[n-1])...)
			}
			continue
		}
		r := text[i]
		if isBreak(r) {
			r = ' '
		}
		out = append(out, r)
	}
	if len(out) > limit {
		out = append(out[:limit-1], '…')
	}
	return pipeline.Trim(string(out))
}

// coverOthers marks other spellings of values with labels that it adds; false when values are left.
func (h *redactor) coverOthers(text []rune, owner []int, labels []string) ([]string, bool) {
	if h.others == nil {
		h.others = newRespelling(h.entries)
	}
	h.others.cover(text, func(from, to int, label string) {
		id := slices.Index(labels, label) + 1
		if id == 0 {
			labels = append(labels, label)
			id = len(labels)
		}
		for to < len(text) && unicode.Is(unicode.M, text[to]) {
			to++ // a combining accent after the last letter
		}
		for i := from; i < to; i++ {
			if owner[i] == 0 {
				owner[i] = id
			}
		}
	})
	kept := slices.Clone(text)
	for i := range kept {
		if owner[i] > 0 {
			kept[i] = cutOut
		}
	}
	return labels, !h.others.remains(kept)
}

// asWritten is a text of the provider as a message; nil for "".
func asWritten(text string) *pipeline.Message {
	if text == "" {
		return nil
	}
	return pipeline.Say(pipeline.AsWritten, "text", text)
}

// reason is an error as a message. Muster's own messages contain nothing of a row; any other text is redacted.
func (h *redactor) reason(err error) *pipeline.Message {
	var ours pipeline.Worded
	if errors.As(err, &ours) {
		return pipeline.MessageOf(ours)
	}
	return asWritten(h.text(err.Error(), maxMessage))
}

// cover marks with id all places of the needle that no longer needle has.
func cover(text []rune, owner []int, n needle, id int) {
	size := len(n.folded)
search:
	for i := 0; i+size <= len(text); i++ {
		if text[i] != n.folded[0] {
			continue
		}
		for j := range size {
			if owner[i+j] != 0 || text[i+j] != n.folded[j] {
				continue search
			}
		}
		if n.short && (i > 0 && inWord(text[i-1], owner[i-1]) || i+size < len(text) && inWord(text[i+size],
			owner[i+size])) {
			continue
		}
		for j := range size {
			owner[i+j] = id
		}
		i += size - 1
	}
}

func inWord(r rune, owner int) bool {
	return owner == 0 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
