package mapping

import (
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// step is one conversion with its arguments. Its value is never empty. It returns the converted value, or says what
// is wrong with the value, nil for nothing. A step keeps no state, so it may be called from several goroutines at
// once.
type step func(value string) (string, *pipeline.Message)

// combine makes one value from the values of all the columns that feed a field, including empty ones. At least one of
// them is not empty.
type combine func(values []string) string

// chain is what a line of a mapping sheet names under convert.
type chain struct {
	steps   []step
	combine combine // nil unless the chain ends with join or reference
	groups  bool    // the chain ends with group-by
	refers  bool    // the chain ends with reference
	// marks says that the result goes into a reference and therefore keeps the invisible marks at its ends that
	// [pipeline.TrimBlank] does not remove.
	marks bool
	// takes says what a cell may contain; nil if the chain takes no more than the field does.
	takes  *pipeline.Message
	ofList bool // it gives one value of a list
	// keeps says that the conversion changes only case and white space.
	keeps bool
	// table is the last lookup table of the chain; nil without one.
	table *tableUsed
	// asIs are the values that the sheet declares correct although they look damaged or like a placeholder.
	asIs []string
	// unknown says what is wrong with a cell that is not in the table; nil to use the message of the step itself.
	unknown *pipeline.Message
}

// convert passes value through the chain's steps in turn and trims the result. An empty value stays empty, and its
// field is left out. If something is wrong, the result is "".
func (c chain) convert(value string) (string, *pipeline.Message) {
	value, wrong := c.run(value)
	if value != "" && !c.marks && (value[0] >= utf8.RuneSelf || value[len(value)-1] >= utf8.RuneSelf) {
		value = trimMarks(value)
	}
	return value, wrong
}

// run is convert without the trimming.
func (c *chain) run(value string) (string, *pipeline.Message) {
	for _, s := range c.steps {
		if value == "" {
			return "", nil
		}
		var wrong *pipeline.Message
		if value, wrong = s(value); wrong != nil {
			if c.unknown != nil && wrong.Code == "mapping.not_in_table" {
				wrong = c.unknown
			}
			return "", wrong
		}
	}
	return value, nil
}

// compileChain parses a chain such as
//
//	digits | left-pad(9,0)
//
// and checks the arguments of each conversion; tables are those that map may name. An empty chain converts nothing.
func compileChain(text string, t *tables) (chain, *pipeline.Mistake) {
	calls, wrong := parseChain(text)
	if wrong != nil {
		return chain{}, wrong
	}
	return compileCalls(calls, t, nil)
}

// compileCalls compiles a chain that is already parsed. If value is not nil, the chain splits a list and returns that
// one of its values.
func compileCalls(calls []call, t *tables, value *nth) (chain, *pipeline.Mistake) {
	c := chain{keeps: true}
	for i, call := range calls {
		conversion, wrong := findConversion(call.name)
		if wrong != nil {
			return chain{}, wrong
		}
		if conversion.compileLast != nil {
			if i < len(calls)-1 {
				return chain{}, pipeline.Wrong("mapping.must_be_last", "conversion", call.name,
					"next", calls[i+1].name).
					Try("mapping.put_last")
			}
			if c.combine, wrong = conversion.compileLast(call.args); wrong != nil {
				return chain{}, conversion.misused(call.args, wrong)
			}
			c.groups, c.refers = call.name == groupByName, call.name == referenceName
			c.marks = c.refers
			c.keeps = c.keeps && !c.refers
			continue
		}
		if value != nil && call.splitsList() {
			c.steps, c.keeps, c.ofList = append(c.steps, value.step(call.args[0])), false, true
			continue
		}
		s, wrong := conversion.compile(call.args, t)
		if wrong != nil {
			return chain{}, conversion.misused(call.args, wrong)
		}
		c.steps, c.keeps = append(c.steps, s), c.keeps && conversion.keeps
		if c.takes == nil && conversion.takes != nil {
			c.takes = conversion.takes(call.args)
		}
		if call.name == asIsName {
			c.asIs = append(c.asIs, call.args...)
		}
		if call.name == mapName {
			if c.table, wrong = t.used(call.args[0]); wrong != nil {
				return chain{}, conversion.misused(call.args, wrong)
			}
		}
	}
	return c, nil
}

// Converter turns a chain that names no table into a function. The function returns the converted cell, "" for an
// empty one, and what is wrong with its value, nil for nothing. It may be called from several goroutines at once.
func Converter(text string) (func(cell string) (string, *pipeline.Message), error) {
	c, wrong := compileChain(text, &tables{})
	if wrong != nil {
		return nil, inConvert(wrong)
	}
	return func(cell string) (string, *pipeline.Message) {
		out, wrong := c.convert(cell)
		if wrong == nil && out != "" && c.combine != nil {
			out = c.combine([]string{out})
		}
		return out, wrong
	}, nil
}

// call is one conversion as a chain spells it.
type call struct {
	name string
	args []string
}

// parseChain splits a chain at its bars, and each conversion at its brackets
// and commas. An argument that holds a comma, a bracket or white space at an
// end stands in single or double quotes; a quote within such quotes is written
// twice.
func parseChain(text string) ([]call, *pipeline.Mistake) {
	var calls []call
	rest := strings.TrimSpace(text)
	if rest == "" {
		return nil, nil
	}
	for {
		end := strings.IndexAny(rest, "|(")
		if end < 0 {
			end = len(rest)
		}
		c := call{name: strings.TrimSpace(rest[:end])}
		rest = rest[end:]
		if c.name == "" {
			return nil, pipeline.Wrong("mapping.conversion_without_name").Try("mapping.write_chain")
		}
		if strings.HasPrefix(rest, "(") {
			var wrong *pipeline.Mistake
			if c.args, rest, wrong = parseArguments(c.name, rest[1:]); wrong != nil {
				return nil, wrong
			}
		}
		calls = append(calls, c)
		if rest = strings.TrimLeft(rest, " \t\r\n\u00a0"); rest == "" {
			return calls, nil
		}
		if rest[0] != '|' {
			return nil, pipeline.Wrong("mapping.text_after_brackets", "conversion", c.name).Try("mapping.put_bar")
		}
		rest = rest[1:]
	}
}

// parseArguments reads up to the bracket that closes; text begins behind the one
// that opens.
func parseArguments(name, text string) (args []string, rest string, wrong *pipeline.Mistake) {
	for {
		text = strings.TrimLeft(text, " \t\r\n\u00a0")
		var arg string
		quoted := text != "" && (text[0] == '"' || text[0] == '\'')
		if quoted {
			var closed bool
			if arg, text, closed = unquote(text); !closed {
				return nil, "", pipeline.Wrong("mapping.quote_not_closed", "conversion", name).
					Try("mapping.close_quote")
			}
			text = strings.TrimLeft(text, " \t\r\n\u00a0")
		} else {
			end := strings.IndexAny(text, ",()")
			if end < 0 {
				end = len(text)
			}
			arg, text = strings.TrimSpace(text[:end]), text[end:]
		}
		if text == "" {
			return nil, "", pipeline.Wrong("mapping.brackets_not_closed", "conversion", name).
				Try("mapping.close_brackets")
		}
		closing := text[0]
		if closing != ',' && closing != ')' {
			return nil, "", pipeline.Wrong("mapping.brackets_unclear", "conversion", name).
				Try("mapping.quote_argument")
		}
		if arg == "" && !quoted {
			if closing == ')' && len(args) == 0 {
				return nil, text[1:], nil // trim() is trim
			}
			return nil, "", pipeline.Wrong("mapping.argument_empty", "conversion", name).
				Try("mapping.quote_separator")
		}
		args, text = append(args, arg), text[1:]
		if closing == ')' {
			return args, text, nil
		}
	}
}

// unquote reads a text in quotes, which its first character is.
func unquote(text string) (inner, rest string, closed bool) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			b.WriteByte(text[i])
			continue
		}
		if i+1 == len(text) || text[i+1] != quote {
			return b.String(), text[i+1:], true
		}
		b.WriteByte(quote)
		i++
	}
	return "", "", false
}
