package templates

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"muster/pipeline"
)

// FieldRules report whether a text is valid for one field by itself: its length, list, pattern and format. They do
// not know rules that depend on other fields (a number that is a Social Security number only because of its type);
// [Plan.Check] does. They are never changed and may be used from several goroutines at once.
type FieldRules struct {
	def      *Definition
	patterns []*regexp.Regexp // by field; nil where it has none
}

// FieldRules are those of the definition's fields.
func (d *Definition) FieldRules() (*FieldRules, error) {
	r := &FieldRules{def: d, patterns: make([]*regexp.Regexp, len(d.provider.Fields))}
	for i, f := range d.provider.Fields {
		if f.Pattern == "" {
			continue
		}
		re, err := compileECMA(f.Pattern)
		if err != nil {
			return nil, pipeline.Fail("definition.schema_at", "at", f.Path, "cause", err)
		}
		r.patterns[i] = re
	}
	return r, nil
}

// Accepts reports whether the field with that index in Provider.Fields takes the text, which must not be empty.
func (r *FieldRules) Accepts(field int, text string) bool {
	f := &r.def.provider.Fields[field]
	n := utf8.RuneCountInString(text)
	switch {
	case n < f.MinLength, f.MaxLength > 0 && n > f.MaxLength:
		return false
	case len(f.Enum) > 0 && !slices.Contains(f.Enum, text):
		return false
	case r.patterns[field] != nil && !r.patterns[field].MatchString(text):
		return false
	}
	switch f.Format {
	case "email":
		return isEmail(text)
	case "country-a2":
		return isCountryA2(text)
	case "phone":
		return isPhone(text)
	case "date":
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	}
	switch f.Kind {
	case "integer":
		_, err := strconv.ParseInt(text, 10, 64)
		return err == nil
	case "number":
		_, err := strconv.ParseFloat(text, 64)
		return err == nil && plainNumber(text)
	case "boolean":
		return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	}
	return true
}
