package newdefinition

import (
	"slices"
	"strings"
	"unicode"

	"muster/pipeline"
)

// digitsOfOne: a text with so many digits may be a real person's number.
const digitsOfOne = 5

// made are the digits of made-up numbers, repeated.
const made = "5550101"

// madeUp is a value of the form of one in an example, which may be a real person's: everything that may identify the
// person is replaced.
func madeUp(path, value string) string {
	name := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	switch {
	case emailForm.MatchString(value):
		return "ana.ejemplo@example.org"
	case dateForm.MatchString(value) && strings.Contains(name, "birth"), dateForm.MatchString(value) && name == "dob":
		return "1980-01-02"
	case dateForm.MatchString(value):
		return value
	case strings.Contains(name, "name") && strings.ContainsFunc(value, unicode.IsUpper) && !fixed(value):
		switch {
		case strings.Contains(name, "first"), strings.Contains(name, "given"):
			return "Ana"
		case strings.Contains(name, "last"), strings.Contains(name, "family"), strings.Contains(name, "sur"):
			return "Ejemplo"
		case strings.ContainsRune(name, 'b') || strings.Contains(name, "company") || strings.Contains(name, "legal"):
			return "Ejemplo SAS"
		}
		return "Ana Ejemplo"
	}
	return otherDigits(value)
}

// fixed reports whether a value is a word that a program knows, such as BUSINESS.
func fixed(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool {
		return !unicode.IsUpper(r) && r != '_'
	})
}

// otherDigits replaces the digits of a number after the first three: a country code, and the first digits of an area
// or agency, stay.
func otherDigits(value string) string {
	if len(digitsOnly(value)) < digitsOfOne {
		return value
	}
	n := 0
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		if n++; n <= 3 {
			return r
		}
		return rune(made[(n-4)%len(made)])
	}, value)
}

func digitsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// exampleRow is a made-up customer: the columns of a book and its cells. Optional fields without an example are left
// out, and so are fields of all shapes but the first; shapeAt is the field that decides the shape, "" for none.
func exampleRow(fields []pipeline.Field, shapeAt string) (columns, cells []string) {
	shape := ""
	for _, f := range fields {
		if f.Path == shapeAt && len(f.Enum) > 0 {
			shape = f.Enum[0]
		}
	}
	for _, f := range fields {
		if len(f.Shapes) > 0 && shape != "" && !slices.Contains(f.Shapes, shape) {
			continue
		}
		if f.Path == shapeAt {
			f.Example = shape
		}
		value := f.Example
		if value == "" && f.Required {
			value = anyOf(&f)
		}
		if value == "" {
			continue
		}
		columns = append(columns, strings.ReplaceAll(f.Path, "[]", "[0]"))
		cells = append(cells, value)
	}
	return columns, cells
}

// anyOf makes up a value for a field whose schema has no example, by its type and its format. For a field with its
// own pattern a person has to write one.
func anyOf(f *pipeline.Field) string {
	switch {
	case f.Only != "":
		return f.Only
	case len(f.Enum) > 0:
		return f.Enum[0]
	case f.Format == "email":
		return madeUp(f.Path, "a@example.org")
	case f.Format == "date":
		return "1980-01-02"
	case f.Format == "phone":
		return "+573005550101"
	case f.Format == "country-a2":
		return "CO"
	case f.Kind == "integer", f.Kind == "number":
		return "1"
	case f.Kind == "boolean":
		return "true"
	case f.Pattern != "" || f.Format != "":
		return ""
	}
	value := "Ejemplo"
	for len(value) < f.MinLength {
		value += "1"
	}
	if f.MaxLength > 0 && len(value) > f.MaxLength {
		value = value[:f.MaxLength]
	}
	return value
}
