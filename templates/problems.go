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

// problems turns the validator's tree into problems of cells, each in words.
func (p *Plan) problems(err error, s *planShape, d *pipeline.Draft) {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		d.Problems = append(d.Problems, pipeline.Problem{Code: pipeline.ProblemSchema,
			Message: "cannot be checked: " + err.Error()})
		return
	}
	first := len(d.Problems)
	p.leafErrors(invalid, s, d)
	if len(d.Problems) == first { // what the schema refuses is never without a problem
		p.add(d, "", pipeline.ProblemSchema, func(pipeline.Field) string { return "breaks a rule of the provider's schema" })
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
				p.add(d, leaf, pipeline.ProblemRequired, requiredMessage)
			}
		}
		return
	}
	code, message := describe(e.ErrorKind)
	p.add(d, path, code, message)
}

// add notes a problem of the field at a path in the body.
func (p *Plan) add(d *pipeline.Draft, path string, code pipeline.ProblemCode, message func(pipeline.Field) string) {
	path = p.build.bookPath(path)
	field, _ := p.def.provider.FieldByPath(path)
	problem := pipeline.Problem{Field: path, Code: code, Message: message(field), Secret: field.Secret}
	if slot, ok := p.byPath[path]; ok {
		if problem.Column = p.slots[slot].Column; problem.Column == nil {
			problem.Message = "(a constant of the mapping sheet) " + problem.Message
		}
	}
	d.Problems = append(d.Problems, problem)
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

// describe words one broken rule. What it says never holds the cell's value.
func describe(k jsonschema.ErrorKind) (pipeline.ProblemCode, func(pipeline.Field) string) {
	say := func(format string, args ...any) func(pipeline.Field) string {
		return func(f pipeline.Field) string { return fmt.Sprintf(format, args...) + right(f) }
	}
	switch k := k.(type) {
	case *kind.MinLength:
		return pipeline.ProblemTooShort, say("has %s, at least %d are needed", characters(k.Got), k.Want)
	case *kind.MaxLength:
		return pipeline.ProblemTooLong, say("has %s, at most %d are allowed", characters(k.Got), k.Want)
	case *kind.Enum:
		got, _ := k.Got.(string)
		return pipeline.ProblemEnum, func(f pipeline.Field) string { return enumMessage(got, f.Enum) }
	case *kind.Const:
		got, _ := k.Got.(string)
		return pipeline.ProblemEnum, func(f pipeline.Field) string { return enumMessage(got, []string{fmt.Sprint(k.Want)}) }
	case *kind.Pattern:
		if k.Want == `\S` {
			return pipeline.ProblemBlank, say("holds nothing but white space")
		}
		return pipeline.ProblemPattern, say("is not of the right form")
	case *kind.Format:
		switch k.Want {
		case "date":
			return pipeline.ProblemDate, func(pipeline.Field) string {
				return "is not a date of the calendar in the form YYYY-MM-DD, such as 1969-08-04"
			}
		case "email":
			return pipeline.ProblemEmail, say("is not an e-mail address")
		case "country-a2":
			return pipeline.ProblemFormat, say("is not a country code of ISO 3166-1")
		}
		return pipeline.ProblemFormat, say("is not of the format %s", k.Want)
	case *kind.Type:
		return pipeline.ProblemType, say("is not %s", strings.Join(k.Want, " or "))
	case *kind.Minimum, *kind.Maximum, *kind.ExclusiveMinimum, *kind.ExclusiveMaximum, *kind.MultipleOf:
		return pipeline.ProblemRange, say("is out of range")
	case *kind.MinItems:
		return pipeline.ProblemItems, say("has %d entries, at least %d are needed", k.Got, k.Want)
	case *kind.MaxItems:
		return pipeline.ProblemItems, say("has %d entries, at most %d are allowed", k.Got, k.Want)
	}
	return pipeline.ProblemSchema, say("breaks a rule of the provider's schema")
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", n)
}

// right says what would be right, from the schema's own description.
func right(f pipeline.Field) string {
	if f.Help == "" {
		return ""
	}
	return ": it must be " + f.Help
}

func requiredMessage(f pipeline.Field) string {
	if len(f.Enum) > 1 {
		return "is required: one of " + list(f.Enum)
	}
	if f.Help == "" {
		return "is required"
	}
	return "is required: " + f.Help
}

func enumMessage(got string, enum []string) string {
	for _, v := range enum {
		if strings.EqualFold(v, got) {
			return "must be spelled " + v
		}
	}
	if len(enum) == 1 {
		return "must be " + enum[0]
	}
	return "is not one of the values that the provider takes: " + list(enum)
}

// list shows up to a dozen values, and says how many there are in all.
func list(values []string) string {
	if len(values) <= 12 {
		return strings.Join(values, ", ")
	}
	return fmt.Sprintf("%s and so on, %d in all", strings.Join(values[:8], ", "), len(values))
}
