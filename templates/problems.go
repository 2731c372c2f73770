package templates

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"muster/pipeline"
)

// problems turns the validator's tree into problems of cells.
func (p *Plan) problems(err error, s *planShape, d *pipeline.Draft) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		d.Problems = append(d.Problems, pipeline.Problem{Row: d.Row, Code: pipeline.ProblemSchema,
			Message: pipeline.Say("unchecked", "reason", err.Error())})
		return
	}
	first := len(d.Problems)
	p.leafErrors(invalid, s, d)
	if len(d.Problems) == first { // what the schema refuses is never without a problem
		p.add(d, "", pipeline.ProblemSchema, always(pipeline.Say("breaks_schema")))
	}
	found := d.Problems[first:]
	// One cell, one complaint where one says all: a wrong length or date is
	// not of the right form either.
	kept := slices.DeleteFunc(slices.Clone(found), func(a pipeline.Problem) bool {
		return a.Code == pipeline.ProblemPattern && slices.ContainsFunc(found, func(b pipeline.Problem) bool {
			return b.Field == a.Field && b.Code != pipeline.ProblemPattern
		})
	})
	slices.SortStableFunc(kept, func(a, b pipeline.Problem) int { return p.position(a) - p.position(b) })
	kept = slices.CompactFunc(kept, func(a, b pipeline.Problem) bool { return a.Field == b.Field && a.Code == b.Code })
	d.Problems = append(d.Problems[:first], kept...)
}

// position sorts problems as the book has its columns; those without one come
// last.
func (p *Plan) position(x pipeline.Problem) int {
	if x.Column == nil {
		return len(p.slots) + 1<<16
	}
	return x.Column.Index
}

func (p *Plan) leafErrors(e *jsonschema.ValidationError, s *planShape, d *pipeline.Draft) {
	if len(e.Causes) > 0 {
		for _, c := range e.Causes {
			p.leafErrors(c, s, d)
		}
		return
	}
	path := instancePath(e.InstanceLocation)
	if missing, ok := e.ErrorKind.(*kind.Required); ok {
		for _, name := range missing.Missing {
			at := joinPath(path, name)
			var lacking []string
			if part := findPart(s.root, pipeline.PathPattern(at)); part != nil {
				lacking = requiredLeaves(part, at)
			}
			if len(lacking) == 0 {
				lacking = []string{at} // a group none of whose fields is needed by itself
			}
			for _, leaf := range lacking {
				p.add(d, leaf, pipeline.ProblemRequired, required)
			}
		}
		return
	}
	code, message := describe(e.ErrorKind)
	p.add(d, path, code, message)
}

// add notes a problem of the field at a path in the body.
func (p *Plan) add(d *pipeline.Draft, path string, code pipeline.ProblemCode, message fieldMessage) {
	path = p.build.bookPath(path)
	field := p.def.field(path)
	problem := pipeline.Problem{Field: path, Row: d.Row, Code: code, Message: message(field), Secret: field.Secret}
	if slot, ok := p.byPath[path]; ok {
		problem.Column = p.slots[slot].Column
		problem.Constant = problem.Column == nil
	}
	d.Problems = append(d.Problems, problem)
}

// field is the provider's field at a path; one without rules where there is
// none.
func (d *Definition) field(path string) *pipeline.Field {
	if i := d.provider.FieldIndex(path); i >= 0 {
		return &d.provider.Fields[i]
	}
	return &pipeline.Field{}
}

// findPart finds the part at a path with empty indexes.
func findPart(p *part, path string) *part {
	for _, name := range strings.Split(path, ".") {
		name, isItem := strings.CutSuffix(name, "[]")
		if p = p.member(name); p == nil {
			return nil
		}
		if isItem {
			if p = p.item; p == nil {
				return nil
			}
		}
	}
	return p
}

func instancePath(location []string) string {
	var b strings.Builder
	for _, t := range location {
		if _, err := strconv.Atoi(t); err == nil {
			b.WriteString("[" + t + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(t)
	}
	return b.String()
}

// fieldMessage is what is wrong with a field that breaks a rule.
type fieldMessage func(*pipeline.Field) *pipeline.Message

func always(m *pipeline.Message) fieldMessage {
	return func(*pipeline.Field) *pipeline.Message { return m }
}

// ruled is m with what would be right, where the schema describes the field.
func ruled(m *pipeline.Message) fieldMessage {
	return func(f *pipeline.Field) *pipeline.Message {
		if len(f.Help) == 0 {
			return m
		}
		return pipeline.Say("with_rule", "problem", m, "rule", pipeline.Rule{Field: f.Path, Text: f.Help})
	}
}

// describe is one broken rule.
func describe(k jsonschema.ErrorKind) (pipeline.ProblemCode, fieldMessage) {
	switch k := k.(type) {
	case *kind.MinLength:
		return pipeline.ProblemTooShort, ruled(pipeline.Say("too_short", "count", k.Got, "least", k.Want))
	case *kind.MaxLength:
		return pipeline.ProblemTooLong, ruled(pipeline.Say("too_long", "count", k.Got, "most", k.Want))
	case *kind.Enum:
		got, _ := k.Got.(string)
		return pipeline.ProblemEnum, func(f *pipeline.Field) *pipeline.Message { return notListed(got, f.Enum) }
	case *kind.Const:
		got, _ := k.Got.(string)
		return pipeline.ProblemEnum, always(notListed(got, []string{fmt.Sprint(k.Want)}))
	case *kind.Pattern:
		if k.Want == `\S` {
			return pipeline.ProblemBlank, ruled(pipeline.Say("white_space"))
		}
		return pipeline.ProblemPattern, ruled(pipeline.Say("wrong_form"))
	case *kind.Format:
		switch k.Want {
		case "date":
			return pipeline.ProblemDate, always(pipeline.Say("wrong_date"))
		case "email":
			return pipeline.ProblemEmail, ruled(pipeline.Say("wrong_email"))
		case "country-a2":
			return pipeline.ProblemFormat, ruled(pipeline.Say("wrong_country_code"))
		}
		return pipeline.ProblemFormat, ruled(pipeline.Say("wrong_format", "format", k.Want))
	case *kind.Type:
		return pipeline.ProblemType, ruled(pipeline.Say("wrong_type", "type", either(k.Want)))
	case *kind.Minimum, *kind.Maximum, *kind.ExclusiveMinimum, *kind.ExclusiveMaximum, *kind.MultipleOf:
		return pipeline.ProblemRange, ruled(pipeline.Say("out_of_range"))
	case *kind.MinItems:
		return pipeline.ProblemItems, ruled(pipeline.Say("too_few_items", "count", k.Got, "least", k.Want))
	case *kind.MaxItems:
		return pipeline.ProblemItems, ruled(pipeline.Say("too_many_items", "count", k.Got, "most", k.Want))
	}
	return pipeline.ProblemSchema, ruled(pipeline.Say("breaks_schema"))
}

// either is one of some names, of which there is one at least.
func either(names []string) any {
	var all any = names[0]
	for _, name := range names[1:] {
		all = pipeline.Say("either", "first", all, "second", name)
	}
	return all
}

func required(f *pipeline.Field) *pipeline.Message {
	switch {
	case len(f.Enum) > 1:
		return pipeline.Say("required_one_of", "values", list(f.Enum))
	case len(f.Help) == 0:
		return pipeline.Say("required")
	}
	return pipeline.Say("required_rule", "rule", pipeline.Rule{Field: f.Path, Text: f.Help})
}

// notListed never repeats what the cell holds: got only tells a value that is
// spelled in another way.
func notListed(got string, enum []string) *pipeline.Message {
	for _, v := range enum {
		if strings.EqualFold(v, got) {
			return pipeline.Say("misspelled", "value", v)
		}
	}
	if len(enum) == 1 {
		return pipeline.Say("not_the_value", "value", enum[0])
	}
	return pipeline.Say("not_listed", "values", list(enum))
}

// list shows up to a dozen values, and says how many there are in all.
func list(values []string) any {
	if len(values) <= 12 {
		return values
	}
	return pipeline.Say("first_of_many", "values", values[:8], "total", len(values))
}
