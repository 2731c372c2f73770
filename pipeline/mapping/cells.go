package mapping

import (
	"strings"

	"muster/pipeline"
)

// What a cell may have in it, where a conversion takes more than the field that
// it feeds does: a message that quoted the field's own rule would send people off
// to delete what may stay. The arguments were checked.

func always(m *pipeline.Message) func([]string) *pipeline.Message {
	return func([]string) *pipeline.Message { return m }
}

func cellToPad(args []string) *pipeline.Message {
	most, _ := number(args[0])
	return pipeline.Say("mapping.cell_to_pad", "count", most, "pad", args[1])
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
