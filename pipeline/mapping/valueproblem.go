package mapping

import "muster/pipeline"

// ValueProblem returns a function that judges single values of a field, whatever the schema accepts. The function
// returns what a [Checker] would find wrong with a converted value, such as a placeholder where a value is needed, a
// name without a letter or digit, or a damaged text; nil for nothing. It does not know the other values of the column.
func ValueProblem(f *pipeline.Field) func(value string) *pipeline.Message {
	in := inspection{field: f, kind: kindOf(f.Path), undated: isUndated(f)}
	return func(value string) *pipeline.Message {
		switch {
		case in.fine(value):
			return nil
		case in.placeholder(value):
			if !f.Required {
				return nil // it is treated as empty
			}
			return pipeline.Say("cells.placeholder")
		case in.kind.nameless(value):
			return pipeline.Say("cells.nameless")
		}
		return in.damage(value)
	}
}
