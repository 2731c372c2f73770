package newdefinition

import (
	"slices"
	"strings"
	"unicode"

	"muster/pipeline"
)

// digitsOfOne: a text with so many digits may be somebody's number.
const digitsOfOne = 5

// made are the digits of numbers that are made up, again and again.
const made = "5550101"

// madeUp is a value of the form of one in somebody's example, which may be a real
// person's: what may tell whose it is is replaced.
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

// fixed is of a word that a program knows, such as BUSINESS.
func fixed(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool {
		return !unicode.IsUpper(r) && r != '_'
	})
}

// otherDigits replaces the digits of a number but the first three: a country code
// and the first of an area or an agency stay.
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

// exampleRow is a made-up customer: the columns of a book and its cells. Fields
// without an example that need not be there are left out, and so are those of other
// shapes than the first; shapeAt is the field that tells shapes apart, "" for none.
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

// anyOf makes up a value of a field whose schema has no example: what its type and its
// format ask for. One with a pattern of its own is a person's to write.
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
