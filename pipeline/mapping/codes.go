package mapping

import (
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
)

// signInWord is a sign between two letters as which another encoding reads a letter with an accent: ESPA¥A and
// PANADER¡A, of code page 850 read as Windows-1252.
var signInWord = regexp.MustCompile(`\pL[¡¢¤¥¦¬¶¿†‡‰‚„]\pL`)

// codes are letters as programs write them for one another: \u00f1 and \xf1 of JSON and others, \' of SQL, =C3=B1 and
// =?UTF-8?Q? of mails, %C3%B1 and %20 of addresses, and the tags of HTML.
var (
	backslashed = regexp.MustCompile(`\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|['"])`)
	mailed      = regexp.MustCompile(`=[CD][0-9A-F]=[89AB][0-9A-F]|=\?[A-Za-z0-9-]+\?[BbQq]\?[^?]*\?=`)
	escaped     = regexp.MustCompile(`%[CDcd][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]|\pL%20\pL`)
	htmlTag     = regexp.MustCompile(`(?i)</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|p|script|span|strong|td|tr|u|ul)` +
		`(?:\s[^<>]*)?/?>`)
)

// hasCode reports whether a text has a letter written as such a code, or a tag. An address of the web may have %C3%B1.
func hasCode(s string) bool {
	switch {
	case strings.Contains(s, `\`) && backslashed.MatchString(s), strings.Contains(s, "<") && htmlTag.MatchString(s),
		strings.Contains(s, "=") && mailed.MatchString(s):
		return true
	}
	return strings.Contains(s, "%") && !strings.Contains(s, "://") && !strings.HasPrefix(s, "www.") &&
		escaped.MatchString(s)
}

// unfilled is the name of a value where a template of another program was not filled in: {{name}}, ${name}.
var unfilled = regexp.MustCompile(`\{\{[^{}]+\}\}|\$\{[^{}]+\}`)

// isUndated reports whether dates are no values of a field, by its kind. The schema may ask for one, and a name may have
// been changed, an address be valid, since a date.
func isUndated(f *pipeline.Field) bool {
	return kindOf(f.Path).Undated && !strings.HasPrefix(f.Format, "date") && !strings.Contains(f.Pattern, "{4}-") &&
		!isDateAlone(f.Example) &&
		!slices.ContainsFunc(pathWords(f.Path), func(word string) bool { return slices.Contains(timeWords, word) })
}

var timeWords = []string{"date", "day", "month", "year", "time", "since", "from", "until", "to", "at", "on", "expiry",
	"valid", "issued", "changed", "birth", "dob"}

const months = `(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez)`

// dateAlone is a date as spreadsheet programs show what they have taken for one: 1-2 and MAR1 become 1-feb, mar-01,
// 01/02/2026 or 2026-02-01.
var dateAlone = regexp.MustCompile(`(?i)^(?:\d{4}-\d\d?-\d\d?|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d|` +
	`\d\d?[-/]` + months + `\.?(?:[-/]\d{2,4})?|` + months + `\.?[-/](?:\d\d|\d{4}))$`)

// isDateAlone reports whether a text is nothing but a date.
func isDateAlone(s string) bool {
	return len(s) >= len("1-feb") && len(s) <= len("01-sept-2026") && strings.ContainsAny(s, "-/.") &&
		strings.ContainsAny(s, "0123456789") && dateAlone.MatchString(s)
}
