package templates

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"muster/pipeline"
)

// finding is one thing wrong with the value of a field.
type finding struct {
	code    pipeline.ProblemCode
	message *pipeline.Message
	ruled   bool // the message continues with what would be right
}

// brokenRule is a rule of the schema that the value of f breaks.
func brokenRule(k jsonschema.ErrorKind, f *pipeline.Field) finding {
	switch k := k.(type) {
	case *kind.MinLength:
		return finding{pipeline.ProblemTooShort, pipeline.Say("too_short", "count", k.Got, "least", k.Want), true}
	case *kind.MaxLength:
		return finding{pipeline.ProblemTooLong, pipeline.Say("too_long", "count", k.Got, "most", k.Want), true}
	case *kind.Enum:
		got, _ := k.Got.(string)
		return notListed(got, f.Enum)
	case *kind.Const:
		got, _ := k.Got.(string)
		return notListed(got, []string{fmt.Sprint(k.Want)})
	case *kind.Pattern:
		if k.Want == `\S` {
			return finding{pipeline.ProblemBlank, pipeline.Say("white_space"), true}
		}
		return finding{pipeline.ProblemPattern, pipeline.Say("wrong_form"), true}
	case *kind.Format:
		switch k.Want {
		case "date":
			return finding{pipeline.ProblemDate, pipeline.Say("wrong_date"), false}
		case "email":
			return finding{pipeline.ProblemEmail, pipeline.Say("wrong_email"), true}
		case "country-a2":
			return finding{pipeline.ProblemFormat, pipeline.Say("wrong_country_code"), true}
		case "phone":
			return finding{pipeline.ProblemFormat, pipeline.Say("wrong_phone_length"), true}
		}
		return finding{pipeline.ProblemFormat, pipeline.Say("wrong_format", "format", k.Want), true}
	case *kind.Type:
		return finding{pipeline.ProblemType, wrongType(k.Want), true}
	case *kind.Minimum, *kind.Maximum, *kind.ExclusiveMinimum, *kind.ExclusiveMaximum, *kind.MultipleOf:
		return finding{pipeline.ProblemRange, pipeline.Say("out_of_range"), true}
	case *kind.MinItems:
		return finding{pipeline.ProblemItems, pipeline.Say("too_few_items", "count", k.Got, "least", k.Want), true}
	case *kind.MaxItems:
		return finding{pipeline.ProblemItems, pipeline.Say("too_many_items", "count", k.Got, "most", k.Want), true}
	}
	return finding{pipeline.ProblemSchema, pipeline.Say("breaks_schema"), true}
}

// wrongType says what a value of one of the JSON types looks like in a cell.
func wrongType(want []string) *pipeline.Message {
	for _, name := range want {
		switch name {
		case "integer":
			return pipeline.Say("not_integer")
		case "number":
			return pipeline.Say("not_number")
		case "boolean":
			return pipeline.Say("not_boolean")
		}
	}
	return pipeline.Say("wrong_type", "type", either(want))
}

// either is "a or b" of some names, of which there is at least one.
func either(names []string) any {
	var all any = names[0]
	for _, name := range names[1:] {
		all = pipeline.Say("either", "first", all, "second", name)
	}
	return all
}

// missingValue is a required field without a value; rule is that of its values.
func missingValue(f *pipeline.Field, rule any) finding {
	_, converted := rule.(*pipeline.Message)
	switch {
	case len(f.Enum) > 1 && !converted:
		return finding{pipeline.ProblemRequired, pipeline.Say("required_one_of", "values", shortList(f.Enum)), false}
	case rule == nil:
		return finding{pipeline.ProblemRequired, pipeline.Say("required"), false}
	}
	return finding{pipeline.ProblemRequired, pipeline.Say("required_rule", "rule", rule), false}
}

// notListed never repeats the cell: got only shows whether a value is spelt in another way.
func notListed(got string, enum []string) finding {
	for _, v := range enum {
		if strings.EqualFold(v, got) {
			return finding{pipeline.ProblemEnum, pipeline.Say("misspelled", "value", v), false}
		}
	}
	if len(enum) == 1 {
		return finding{pipeline.ProblemEnum, pipeline.Say("not_the_value", "value", enum[0]), false}
	}
	return finding{pipeline.ProblemEnum, pipeline.Say("not_listed", "values", shortList(enum)), false}
}

// shortList shows up to a dozen values, and their number.
func shortList(values []string) any {
	if len(values) <= 12 {
		return values
	}
	return pipeline.Say("first_of_many", "values", values[:8], "total", len(values))
}

// ruleOf is what a message says about the values of a field: a message where s converts its cells, else a
// [pipeline.Rule], the definition's own words; nil when there are none. s is nil when no slot fills the field.
func ruleOf(f *pipeline.Field, s *pipeline.Slot) any {
	switch {
	case s != nil && s.Rule != nil:
		return s.Rule
	case len(f.Help) > 0:
		return pipeline.Rule{Field: f.Path, Text: f.Help}
	}
	return nil
}

// with is the finding's message, with the rule for the field's values when that helps.
func (found finding) with(rule any) *pipeline.Message {
	if !found.ruled || rule == nil {
		return found.message
	}
	return pipeline.Say("with_rule", "problem", found.message, "rule", rule)
}
