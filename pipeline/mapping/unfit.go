package mapping

import "muster/pipeline"

// Unfit gives the judge of single values of a field, whatever the schema takes: it
// says what a [Checker] would find wrong with a converted value, a placeholder
// where one is needed, a name without a letter or digit, a spoilt text; nil for
// nothing. What other values of a column show, it does not know.
func Unfit(f *pipeline.Field) func(value string) *pipeline.Message {
	in := inspection{field: f, kind: kindOf(f.Path)}
	return func(value string) *pipeline.Message {
		switch {
		case in.fine(value):
			return nil
		case in.placeholder(value):
			if !f.Required {
				return nil // it is taken for empty
			}
			return pipeline.Say("cells.placeholder")
		case in.kind.nameless(value):
			return pipeline.Say("cells.nameless")
		}
		return spoilt(value, in.kind.Lines)
	}
}
