package mapping

import (
	"testing"

	"muster/pipeline"
)

func TestValueProblem(t *testing.T) {
	name := pipeline.Field{Path: "business_name", Kind: "string", Required: true}
	city := pipeline.Field{Path: "billing_address.city", Kind: "string"}
	for _, tt := range []struct {
		field pipeline.Field
		value string
		want  pipeline.MessageCode // "" for nothing
	}{
		{name, "", ""},
		{name, "PANADERÍA MODELO", ""},
		{name, "PANADERÍA\nMODELO", "cells.line_break"},
		{name, "PANADER\ufffdA", "cells.replacement"},
		{name, "N/A", "cells.placeholder"},
		{name, "--", "cells.placeholder"},
		{name, "(*)", "cells.nameless"},
		{name, "\u3164", "cells.nameless"},
		{name, "PAN\ufffcADERÍA", "cells.no_character"},
		{name, "\uf0b7 PANADERÍA", "cells.no_character"},
		{name, "'s-Gravenhage", ""},
		{name, "'El 14'", ""},
		{name, "'14'", ""},
		{city, "'02108", "cells.text_mark"},
		{city, "'+57 300-555", "cells.text_mark"},
		{city, "'ana@example.org", "cells.text_mark"},
		{city, "'=1+1", "cells.text_mark"},
		{city, "'- ", ""},
		{city, "N/A", ""},
		{city, "Cali\tValle", "cells.line_break"},
	} {
		got := pipeline.MessageCode("")
		if m := ValueProblem(&tt.field)(tt.value); m != nil {
			got = m.Code
		}
		if got != tt.want {
			t.Errorf("%s of %q: %q, want %q", tt.field.Path, tt.value, got, tt.want)
		}
	}
}
