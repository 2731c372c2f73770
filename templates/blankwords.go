package templates

import (
	"regexp"
	"strconv"
	"strings"

	"muster/pipeline"
)

// digitsForm is a text of digits, of a pattern that has no other rule.
type digitsForm struct {
	plus        bool // begins with a plus sign
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

// limits describes the bounds of a field's value, without its list of values; nil when it has none.
func limits(f pipeline.Field) *pipeline.Message {
	switch {
	case f.Only != "":
		return pipeline.Say("template.always", "value", f.Only)
	case len(f.Enum) > 0:
		return pipeline.Say("template.one_of_the_values")
	case f.Kind == "integer":
		return pipeline.Say("template.whole_number")
	case f.Kind == "number":
		return pipeline.Say("template.number")
	case f.Kind == "boolean":
		return pipeline.Say("template.true_or_false")
	}
	if d, ok := digitsOf(f); ok {
		what := digitsBetween(d.least, d.most)
		if d.plus {
			return pipeline.Say("template.plus_and_digits", "digits", what)
		}
		return what
	}
	var form *pipeline.Message
	switch f.Format {
	case "":
	case "date":
		return pipeline.Say("template.date")
	case "email":
		form = pipeline.Say("template.email")
	case "country-a2":
		form = pipeline.Say("template.country_code")
	case "phone":
		form = pipeline.Say("template.phone")
	default:
		form = pipeline.Say("template.of_format", "format", f.Format)
	}
	switch {
	case f.MinLength == 0 && f.MaxLength == 0:
		return form
	case form == nil:
		return charactersBetween(f.MinLength, f.MaxLength)
	}
	return pipeline.Say("template.form_and_length", "form", form, "length", charactersBetween(f.MinLength, f.MaxLength))
}

// digitsBetween is a number of digits within its bounds; most 0 is no limit.
func digitsBetween(least, most int) *pipeline.Message {
	switch {
	case least == most:
		return pipeline.Say("template.digits_exactly", "count", most)
	case most == 0 && least <= 1:
		return pipeline.Say("template.digits_only")
	case most == 0:
		return pipeline.Say("template.digits_at_least", "count", least)
	case least <= 1:
		return pipeline.Say("template.digits_at_most", "count", most)
	}
	return pipeline.Say("template.digits_between", "least", least, "count", most)
}

// charactersBetween is a number of characters within its bounds; most 0 is no
// limit.
func charactersBetween(least, most int) *pipeline.Message {
	switch {
	case least == most:
		return pipeline.Say("template.characters_exactly", "count", most)
	case most == 0:
		return pipeline.Say("template.characters_at_least", "count", least)
	case least <= 1:
		return pipeline.Say("template.characters_at_most", "count", most)
	}
	return pipeline.Say("template.characters_between", "least", least, "count", most)
}

// saidBy reports whether help mentions the numbers of a limit already.
func saidBy(limit, help string) bool {
	numbers := regexp.MustCompile(`\d+`).FindAllString(limit, -1)
	for _, n := range numbers {
		if !strings.Contains(help, n) {
			return false
		}
	}
	return help != ""
}
