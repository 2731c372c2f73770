package reports

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// Choice is a column of the book whose cells are sent as they stand and must be
// one of Values.
type Choice struct {
	Column int // position in the header, from 0
	Values []string
}

// listsSheet holds, very hidden, the lists that are too long for the rule of a
// drop-down: 255 characters, with commas between them (ECMA-376 part 1,
// 18.3.1.32 and 18.3.1.33, as Excel bounds formula1).
const (
	listsSheet  = "muster lists"
	longestList = 255
)

// choices gives the columns that have them a drop-down in the sheet Fix.
func (x *fix) choices() error {
	var long [][]string
	for _, c := range x.head.Choices {
		column := pipeline.ColumnLetters(x.column(c.Column + 1))
		rule := excelize.NewDataValidation(true)
		rule.SetSqref(fmt.Sprintf("%s2:%s%d", column, column, x.sheet.last))
		rule.SetError(excelize.DataValidationErrorStyleStop, x.head.Words.Message(pipeline.Say("report.not_listed")),
			x.head.Words.Message(pipeline.Say("report.listed_only")))
		inline := strings.Join(c.Values, ",")
		if len(inline) <= longestList-2 && strings.Count(inline, ",") == len(c.Values)-1 &&
			!strings.Contains(inline, `"`) {
			if err := rule.SetDropList(c.Values); err != nil {
				return err
			}
		} else {
			long = append(long, c.Values)
			letters := pipeline.ColumnLetters(len(long) - 1)
			rule.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", listsSheet, letters, letters, len(c.Values)))
		}
		if err := x.file.AddDataValidation(x.name, rule); err != nil {
			return err
		}
	}
	if long == nil {
		return nil
	}
	if _, err := x.file.NewSheet(listsSheet); err != nil {
		return err
	}
	most := 0
	for _, values := range long {
		most = max(most, len(values))
	}
	w, err := hiddenSheet(x.file, listsSheet, len(long), most)
	if err != nil {
		return err
	}
	x.streams = append(x.streams, w)
	for row := range most {
		cells := make([]any, len(long))
		for i, values := range long {
			if row < len(values) {
				cells[i] = cellText(values[row])
			}
		}
		if err := w.SetRow("A"+strconv.Itoa(row+1), cells); err != nil {
			return err
		}
	}
	return nil
}

// hiddenSheet begins to stream a sheet of so many columns and rows that no
// spreadsheet program lists.
func hiddenSheet(f *excelize.File, name string, columns, rows int) (*excelize.StreamWriter, error) {
	if err := f.SetSheetVisible(name, false, true); err != nil {
		return nil, err
	}
	if err := f.SetSheetDimension(name, "A1:"+pipeline.CellRef(columns-1, rows)); err != nil {
		return nil, err
	}
	return f.NewStreamWriter(name)
}
