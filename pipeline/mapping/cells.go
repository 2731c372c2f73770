package mapping

import (
	"maps"
	"slices"
	"strings"

	"muster/pipeline"
)

// What a cell may have in it, where a conversion takes more than the field that
// it fills does: a message that quoted the field's own rule would send people off
// to delete what may stay. The arguments were checked.

func always(m *pipeline.Message) func([]string) *pipeline.Message {
	return func([]string) *pipeline.Message { return m }
}

func cellToPad(args []string) *pipeline.Message {
	most, _ := number(args[0])
	return pipeline.Say("mapping.cell_to_pad", "count", most, "pad", args[1])
}

func cellOfNumber(args []string) *pipeline.Message {
	return pipeline.Say("cells.cell_number", "sample", strings.Join(args, ","))
}

func cellOfDate(args []string) *pipeline.Message {
	return pipeline.Say("mapping.cell_date", "format", args[0])
}

func cellOfPhone(args []string) *pipeline.Message {
	return pipeline.Say("mapping.cell_phone", "region", strings.ToUpper(args[0]))
}

func cellOfNationalPhone(args []string) *pipeline.Message {
	return pipeline.Say("mapping.cell_phone_national", "region", strings.ToUpper(args[0]))
}

func cellOfTable(args []string) *pipeline.Message {
	return pipeline.Say("mapping.cell_of_table", "table", args[0])
}

// mostValues is how many values of a table are listed, and someValues how many
// of one that has more.
const (
	mostValues = 12
	someValues = 8
)

// values lists the values that the table translates, sorted: all of a short table, otherwise some of them and their
// number.
func (t *tableUsed) values() any {
	values := slices.Sorted(maps.Keys(t.to))
	if len(values) <= mostValues {
		return values
	}
	return pipeline.Say("first_of_many", "values", values[:someValues], "total", len(values))
}

// listing returns a chain whose messages list the values of its table. It is for fields that list their values
// themselves: the table then translates into those, whereas the table of any other field may hold personal data.
func (c chain) listing() chain {
	if c.table == nil {
		return c
	}
	c.unknown = pipeline.Say("mapping.not_among", "table", c.table.name, "values", c.table.values())
	if c.takes != nil && c.takes.Code == "mapping.cell_of_table" {
		c.takes = pipeline.Say("mapping.cell_among", "table", c.table.name, "values", c.table.values())
	}
	return c
}
