package templates

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
	"unicode/utf8"
)

// match reports whether a text, which is not empty, keeps one rule of a schema. It allocates nothing, and may be
// called from several goroutines at once.
type match func(text string) bool

// atLeast and atMost count code points, of which a text has at most as many as
// bytes, and at least a quarter of that.

func atLeast(n int) match {
	return func(s string) bool {
		return len(s) >= n && (len(s) >= n*utf8.UTFMax || utf8.RuneCountInString(s) >= n)
	}
}

func atMost(n int) match {
	return func(s string) bool {
		return len(s) <= n || len(s) <= n*utf8.UTFMax && utf8.RuneCountInString(s) <= n
	}
}

// fewValues is up to how many values are compared one by one.
const fewValues = 8

func oneOf(values []string) match {
	if len(values) <= fewValues {
		return func(s string) bool { return slices.Contains(values, s) }
	}
	if short, ok := newShortTexts(values); ok {
		return short.has
	}
	known := make(map[string]bool, len(values))
	for _, v := range values {
		known[v] = true
	}
	return func(s string) bool { return known[s] }
}

// formatMatch is the match of a format; nil for formats that only the schema library knows.
func formatMatch(name string) match {
	switch name {
	case "email":
		return isEmail
	case "date":
		return isDate
	case "phone":
		return isPhone
	case "country-a2":
		return func(s string) bool {
			return len(s) == 2 && s[0]-'A' < 26 && s[1]-'A' < 26 && countryPairs()[s[0]-'A'][s[1]-'A']
		}
	}
	return nil
}

// countryPairs is isCountryA2 for all pairs of letters.
var countryPairs = sync.OnceValue(func() *[26][26]bool {
	var known [26][26]bool
	for i := range known {
		for j := range known[i] {
			known[i][j] = isCountryA2(string([]byte{byte('A' + i), byte('A' + j)}))
		}
	}
	return &known
})

// isDate accepts the days of the calendar, from the year 0 to 9999, as YYYY-MM-DD.
func isDate(s string) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return false
	}
	number := func(digits string) (n int, ok bool) {
		for i := range len(digits) {
			if digits[i]-'0' > 9 {
				return 0, false
			}
			n = n*10 + int(digits[i]-'0')
		}
		return n, true
	}
	year, ok := number(s[:4])
	month, okMonth := number(s[5:7])
	day, okDay := number(s[8:])
	if !ok || !okMonth || !okDay || month < 1 || month > 12 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days = 29
	}
	return day >= 1 && day <= days
}

// patternMatch is the match of a regular expression.
func patternMatch(re *regexp.Regexp) match {
	if m, ok := classMatch(re); ok {
		return m
	}
	return re.MatchString
}

// classMatch reads each character of a text once: false where the expression is neither a sequence of classes, such
// as ^\+[1-9][0-9]{1,14}$, nor one class anywhere, such as \S.
func classMatch(re *regexp.Regexp) (match, bool) {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil, false
	}
	if c, ok := classOf(parsed); ok {
		return c.anywhere, true
	}
	if runs, ok := runsOf(parsed); ok {
		return runs.all, true
	}
	return nil, false
}

// class is a set of characters.
type class struct {
	ascii [256]bool // no byte beyond ASCII
	pairs []rune    // all ranges, from and to, ascending
}

// classOf is the class of an expression that matches one character.
func classOf(re *syntax.Regexp) (*class, bool) {
	c := &class{}
	switch {
	case re.Op == syntax.OpCharClass:
		c.pairs = re.Rune
	case re.Op == syntax.OpAnyChar:
		c.pairs = []rune{0, utf8.MaxRune}
	case re.Op == syntax.OpLiteral && len(re.Rune) == 1 && re.Flags&syntax.FoldCase == 0:
		c.pairs = []rune{re.Rune[0], re.Rune[0]}
	default:
		return nil, false
	}
	for i := range utf8.RuneSelf {
		c.ascii[i] = c.has(rune(i))
	}
	return c, true
}

func (c *class) has(r rune) bool {
	for i := 0; i < len(c.pairs); i += 2 {
		if r < c.pairs[i] {
			return false
		}
		if r <= c.pairs[i+1] {
			return true
		}
	}
	return false
}

func (c *class) overlaps(o *class) bool {
	for i := 0; i < len(c.pairs); i += 2 {
		for j := 0; j < len(o.pairs); j += 2 {
			if c.pairs[i] <= o.pairs[j+1] && o.pairs[j] <= c.pairs[i+1] {
				return true
			}
		}
	}
	return false
}

// width is the size in bytes of the character beyond ASCII at the beginning of s; 0 when the class does not have it.
func (c *class) width(s string) int {
	// Invalid UTF-8 counts as U+FFFD, as in package regexp.
	if r, n := utf8.DecodeRuneInString(s); c.has(r) {
		return n
	}
	return 0
}

// anywhere reports whether a character of s is in the class.
func (c *class) anywhere(s string) bool {
	for _, r := range s {
		if r < utf8.RuneSelf && c.ascii[r] || r >= utf8.RuneSelf && c.has(r) {
			return true
		}
	}
	return false
}

// run is a number of successive characters of one class.
type run struct {
	*class
	least, most int // most is -1 where there is no limit
}

// runs is a text that consists of runs only. No run could give characters back to the next: each is as long as
// possible.
type runs []run

// runsOf reads an expression that is anchored at both ends.
func runsOf(re *syntax.Regexp) (runs, bool) {
	if re.Op != syntax.OpConcat || len(re.Sub) < 2 || re.Sub[0].Op != syntax.OpBeginText ||
		re.Sub[len(re.Sub)-1].Op != syntax.OpEndText {
		return nil, false
	}
	var all runs
	for _, part := range singly(re.Sub[1 : len(re.Sub)-1]) {
		r := run{least: 1, most: 1}
		one := part
		switch part.Op {
		case syntax.OpStar:
			r.least, r.most, one = 0, -1, part.Sub[0]
		case syntax.OpPlus:
			r.most, one = -1, part.Sub[0]
		case syntax.OpQuest:
			r.least, one = 0, part.Sub[0]
		case syntax.OpRepeat:
			r.least, r.most, one = part.Min, part.Max, part.Sub[0]
		}
		var ok bool
		if r.class, ok = classOf(one); !ok {
			return nil, false
		}
		all = append(all, r)
	}
	return all, all.certain()
}

// singly splits literals into one part for each character.
func singly(parts []*syntax.Regexp) (all []*syntax.Regexp) {
	for _, part := range parts {
		if part.Op != syntax.OpLiteral {
			all = append(all, part)
			continue
		}
		for i := range part.Rune {
			all = append(all, &syntax.Regexp{Op: part.Op, Flags: part.Flags, Rune: part.Rune[i : i+1]})
		}
	}
	return all
}

// certain reports whether the end of each run is clear from the text: the next run has none of the characters of a
// run without a fixed length.
func (all runs) certain() bool {
	for i, r := range all {
		if r.least == r.most {
			continue
		}
		for _, next := range all[i+1:] {
			if r.overlaps(next.class) {
				return false
			}
			if next.least > 0 {
				break
			}
		}
	}
	return true
}

func (all runs) all(s string) bool {
	i := 0
	for k := range all {
		r := &all[k]
		n, known := 0, &r.ascii
		for n != r.most && i < len(s) {
			width := 1
			if c := s[i]; !known[c] {
				if c < utf8.RuneSelf {
					break
				}
				if width = r.width(s[i:]); width == 0 {
					break
				}
			}
			i += width
			n++
		}
		if n < r.least {
			return false
		}
	}
	return i == len(s)
}
