package templates

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// Limits on what a spreadsheet program shows of a rule (ECMA-376, part 1, 18.3.1.32): the title, the message, the
// values of a list.
const (
	ruleTitle   = 32
	ruleMessage = 225
	ruleList    = 255
	ruleFormula = 255
)

// choices are the values that a cell of the field can have; nil when they must not be listed.
func choices(f pipeline.Field) []string {
	switch {
	case f.Only != "":
		return []string{f.Only}
	case len(f.Enum) > 0:
		return f.Enum
	case f.Kind == "boolean":
		return []string{"true", "false"}
	case f.Format == "country-a2":
		return countryCodes()
	}
	return nil
}

// countryCodes are the codes of ISO 3166-1 alpha-2.
func countryCodes() []string {
	var codes []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := string([]rune{a, b}); isCountryA2(code) {
				codes = append(codes, code)
			}
		}
	}
	return slices.Clip(codes)
}

// inline reports whether a drop-down can list the values itself; otherwise they are in a range.
func inline(values []string) bool {
	joined := strings.Join(values, ",")
	return len(joined) <= ruleList && !strings.ContainsAny(joined, "\"=\n") &&
		!slices.ContainsFunc(values, func(v string) bool {
			return strings.Contains(v, ",") || strings.TrimSpace(v) != v
		})
}

// rule is the formula for a valid cell at ref; "" where a formula cannot express it. It accepts more than the schema
// does, and white space at the ends, which a reader of books trims.
func rule(f pipeline.Field, ref string) string {
	if f.Typed != "" {
		return "" // conversions accept more than the field does
	}
	x := "TRIM(" + ref + ")"
	d, isDigits := digitsOf(f)
	all, sign := []string(nil), 0
	if isDigits && d.plus {
		all, sign = append(all, `LEFT(`+x+`,1)="+"`), 1
	}
	if isDigits {
		all = append(all, lengths(x, d.least+sign, d.most, sign)...)
	} else {
		all = append(all, lengths(x, f.MinLength, f.MaxLength, 0)...)
	}
	form := ""
	switch {
	case isDigits:
		form = consistsOf(x, x, cmp.Or(d.most+sign, maxCounted), strings.Repeat("+", sign)+digits)
	case f.Format == "date":
		form = "AND(LEN(" + x + ")=10,MID(" + x + `,5,1)="-",MID(` + x + `,8,1)="-",ISNUMBER(DATEVALUE(` + x + ")))"
	case f.Format == "email":
		form = `IFERROR(AND(LEN(` + x + `)-LEN(SUBSTITUTE(` + x + `,"@",""))=1,` +
			`FIND("@",` + x + `)>1,ISNUMBER(FIND(".",` +
			x + `,FIND("@",` + x + `)+2)),ISERROR(FIND(" ",` + x + `))),FALSE)`
	case f.Kind == "integer" || f.Kind == "number":
		form = "ISNUMBER(VALUE(" + x + "))"
	case f.Kind == "string":
		form = charactersRule(f, x)
	}
	if form == "" {
		return conjunction(all)
	}
	if whole := conjunction(append(slices.Clip(all), form)); len(whole) <= ruleFormula {
		return whole
	}
	return conjunction(all)
}

var (
	// allowedPattern matches ^[0-9a-zA-Z-]+$, ^[A-Z]{3}$ and the like.
	allowedPattern = regexp.MustCompile(`^\^\[((?:a-z|A-Z|0-9|[A-Za-z0-9_.-])+)\](\+|\*|\{(\d+)(?:,(\d*))?\})\$$`)
	// refusedPattern matches ^((?![<>]).)*$, which refuses line breaks too.
	refusedPattern = regexp.MustCompile(`^\^\(\(\?!\[([^\]\\^"]+)\]\)\.\)\*\$$`)
)

// charactersRule is the formula for a pattern that lists the characters that a value may, or may not, have; "" for
// any other pattern.
func charactersRule(f pipeline.Field, x string) string {
	if m := refusedPattern.FindStringSubmatch(f.Pattern); m != nil {
		var all []string
		for _, c := range m[1] {
			all = append(all, `ISERROR(FIND("`+string(c)+`",`+x+"))")
		}
		return conjunction(append(all, "ISERROR(FIND(CHAR(10),"+x+"))"))
	}
	m := allowedPattern.FindStringSubmatch(f.Pattern)
	if m == nil {
		return ""
	}
	least, most := 0, f.MaxLength
	if m[3] != "" {
		least, _ = strconv.Atoi(m[3])
		if most = least; strings.Contains(m[2], ",") {
			most, _ = strconv.Atoi(m[4])
		}
	}
	if most <= 0 || most > maxCounted {
		return ""
	}
	characters := strings.NewReplacer("a-z", lower, "A-Z", upper, "0-9", digits).Replace(m[1])
	text := x
	if strings.Contains(characters, upper) && strings.Contains(characters, lower) {
		characters, text = strings.Replace(characters, lower, "", 1), "UPPER("+x+")"
	}
	var all []string
	if m[3] != "" {
		all = lengths(x, least, most, 0)
	}
	return conjunction(append(all, consistsOf(x, text, most, characters)))
}

const (
	upper, lower, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
	// maxCounted bounds the characters that a rule checks one by one.
	maxCounted = 100
)

// consistsOf is the formula that checks that text, of length x, has only the given characters.
func consistsOf(x, text string, most int, characters string) string {
	return fmt.Sprintf(`SUMPRODUCT(ISERROR(FIND(MID(%s,ROW($1:$%d),1),"%s"))*(ROW($1:$%d)<=LEN(%s)))=0`, text,
		most, characters, most, x)
}

func lengths(x string, least, most, sign int) []string {
	var all []string
	if most > 0 {
		most += sign
	}
	if least == most && most > 0 {
		return []string{fmt.Sprintf("LEN(%s)=%d", x, most)}
	}
	if least > 1 {
		all = append(all, fmt.Sprintf("LEN(%s)>=%d", x, least))
	}
	if most > 0 {
		all = append(all, fmt.Sprintf("LEN(%s)<=%d", x, most))
	}
	return all
}

func conjunction(all []string) string {
	switch len(all) {
	case 0:
		return ""
	case 1:
		return all[0]
	}
	return "AND(" + strings.Join(all, ",") + ")"
}

// validation is the check of a column's blank cells, nil for none. It only warns, because a mapping sheet may convert
// the value. list is the range of the column's values when they are not inline.
func (c BlankColumn) validation(words wording, ref, cells, list string) (*excelize.DataValidation, error) {
	f := c.Field
	v := excelize.NewDataValidation(true)
	v.Sqref = cells
	values := choices(f)
	switch {
	case list != "":
		v.SetSqrefDropList(list)
	case len(values) > 0:
		if err := v.SetDropList(values); err != nil {
			return nil, pipeline.Fail("template.rule_failed", "column", c.Path, "cause", err)
		}
	default:
		formula := rule(f, ref)
		if formula == "" && f.Format != "date" {
			return nil, nil
		}
		if err := v.SetRange(xmlText.Replace(formula), "", excelize.DataValidationTypeCustom,
			excelize.DataValidationOperatorBetween); err != nil {
			return nil, pipeline.Fail("template.rule_failed", "column", c.Path, "cause", err)
		}
		v.Operator = ""
	}
	v.SetError(excelize.DataValidationErrorStyleWarning, pipeline.Shorten(words.say("template.is_it_right"), ruleTitle),
		pipeline.Shorten(words.shouldBe(f), ruleMessage))
	if f.Format == "date" {
		v.SetInput(pipeline.Shorten(words.text(c.title), ruleTitle), pipeline.Shorten(
			words.say("template.date_such_as", "example", cmp.Or(f.Example, "1984-02-29")), ruleMessage))
	}
	return v, nil
}

// xmlText escapes a formula, because the library writes it unescaped.
var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
