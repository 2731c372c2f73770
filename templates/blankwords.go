package templates

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// digitsForm is a text of digits, as far as a pattern says no more than that.
type digitsForm struct {
	plus        bool // a plus sign in front
	least, most int  // digits; most 0 is no limit
}

// digitPattern matches patterns such as ^[0-9]{9}$, ^\d+$ and
// ^\+[1-9][0-9]{1,14}$.
var digitPattern = regexp.MustCompile(`^\^(\\\+)?(\[1-9\])?(?:\[0-9\]|\\d)(\+|\*|\{(\d+)(,(\d*))?\})\$$`)

// digitsOf reads a field's pattern and lengths as a form of digits.
func digitsOf(f pipeline.Field) (digitsForm, bool) {
	m := digitPattern.FindStringSubmatch(f.Pattern)
	if m == nil {
		return digitsForm{}, false
	}
	d := digitsForm{plus: m[1] != ""}
	switch {
	case m[3] == "+":
		d.least = 1
	case m[3] != "*":
		d.least, _ = strconv.Atoi(m[4])
		d.most = d.least
		if m[5] != "" {
			d.most, _ = strconv.Atoi(m[6])
		}
	}
	if m[2] != "" {
		d.least++
		if m[3] != "+" && m[3] != "*" && d.most > 0 {
			d.most++
		}
	}
	sign := 0
	if d.plus {
		sign = 1
	}
	d.least = max(d.least, f.MinLength-sign)
	if f.MaxLength > 0 && (d.most == 0 || f.MaxLength-sign < d.most) {
		d.most = f.MaxLength - sign
	}
	return d, true
}

// limits says in words what a field's value is bounded by, without its list of
// values; "" when nothing but its being there is asked.
func limits(f pipeline.Field) string {
	switch {
	case f.Only != "":
		return "always " + f.Only
	case len(f.Enum) > 0:
		return "one of the allowed values"
	case f.Kind == "integer":
		return "a whole number"
	case f.Kind == "number":
		return "a number"
	case f.Kind == "boolean":
		return "true or false"
	}
	if d, ok := digitsOf(f); ok {
		what := between(d.least, d.most, "digit")
		if d.plus {
			return "a plus sign and " + what
		}
		return what
	}
	form := ""
	switch f.Format {
	case "":
	case "date":
		return "a date, YYYY-MM-DD"
	case "email":
		form = "an e-mail address"
	case "country-a2":
		return "two capital letters (ISO 3166-1 alpha-2)"
	default:
		form = "of the format " + f.Format
	}
	switch {
	case f.MinLength == 0 && f.MaxLength == 0:
		return form
	case form == "":
		return between(f.MinLength, f.MaxLength, "character")
	}
	return form + ", " + between(f.MinLength, f.MaxLength, "character")
}

// between words a number with its bounds; most 0 is no limit.
func between(least, most int, what string) string {
	s := "s"
	if most == 1 || most == 0 && least == 1 {
		s = ""
	}
	switch {
	case least == most:
		return fmt.Sprintf("exactly %d %s%s", most, what, s)
	case most == 0 && least <= 1:
		return what + "s only"
	case most == 0:
		return fmt.Sprintf("at least %d %s%s", least, what, s)
	case least <= 1:
		return fmt.Sprintf("at most %d %s%s", most, what, s)
	}
	return fmt.Sprintf("%d to %d %s%s", least, most, what, s)
}

// String is the need as the sheets say it.
func (n Need) String() string {
	switch n {
	case Needed:
		return "needed"
	case NeededInEntry:
		return "needed once anything of this group is filled"
	}
	return "may stay empty"
}

// comment explains a column to who fills it: what it is, what it takes, an
// example. It never holds more than a comment shows.
func (c BlankColumn) comment() string {
	f := c.Field
	lines := []string{c.Label + ": " + c.Need.String() + "."}
	if len(f.Help) > 0 {
		lines = append(lines, help(f))
	}
	if l := limits(f); l != "" && len(f.Enum) == 0 && !saidBy(l, f.Help.In("en")) {
		lines = append(lines, "Limits: "+l+".")
	}
	if len(f.Enum) > 0 && !strings.Contains(f.Help.In("en"), f.Enum[len(f.Enum)-1]) {
		lines = append(lines, "One of: "+abridged(f.Enum, 300)+".")
	}
	if f.Example != "" && !strings.Contains(f.Help.In("en"), f.Example) {
		lines = append(lines, "Example: "+f.Example)
	}
	return strings.Join(lines, "\n")
}

// saidBy tells that help has the numbers of a limit, so that it need not be
// said twice.
func saidBy(limit, help string) bool {
	numbers := regexp.MustCompile(`\d+`).FindAllString(limit, -1)
	for _, n := range numbers {
		if !strings.Contains(help, n) {
			return false
		}
	}
	return help != ""
}

// help is a field's help as a sentence. It may begin with a value, whose
// letters are as they must be.
func help(f pipeline.Field) string {
	for _, v := range f.Enum {
		if strings.HasPrefix(f.Help.In("en"), v) {
			return strings.TrimSuffix(f.Help.In("en"), ".") + "."
		}
	}
	return sentence(f.Help.In("en"))
}

func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[n:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// abridged joins values, as many as fit into that many bytes.
func abridged(values []string, most int) string {
	var b strings.Builder
	for i, v := range values {
		if b.Len()+len(v) > most {
			return b.String() + fmt.Sprintf(" and %d more", len(values)-i)
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v)
	}
	return b.String()
}
