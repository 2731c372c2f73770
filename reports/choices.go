package reports

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// Choice is a column of the book whose cells are sent unchanged and must be one of Values.
type Choice struct {
	Column int // position in the header, from 0
	Values []string
}

// listsSheet is a very hidden sheet of lists that are too long for the rule of a drop-down: 255 characters, with
// commas between them (ECMA-376 part 1, 18.3.1.32 and 18.3.1.33, and Excel's limit for formula1).
const (
	listsSheet  = "muster lists"
	longestList = 255
)

// choices adds drop-downs to columns of the sheet Fix.
func (x *fix) choices() error {
	var long [][]string
	for _, c := range x.head.Fix.Choices {
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
	most := 0
	for _, values := range long {
		most = max(most, len(values))
	}
	rows := make([][]string, most)
	for row := range rows {
		rows[row] = make([]string, len(long))
		for i, values := range long {
			if row < len(values) {
				rows[row][i] = values[row]
			}
		}
	}
	return addHidden(x.file, x.streams, listsSheet, rows)
}

// addHidden adds a sheet of texts that spreadsheet programs do not list; all rows are as long as the first.
func addHidden(f *excelize.File, s *streams, name string, rows [][]string) error {
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	if err := f.SetSheetVisible(name, false, true); err != nil {
		return err
	}
	if err := f.SetSheetDimension(name, "A1:"+pipeline.CellRef(len(rows[0])-1, len(rows))); err != nil {
		return err
	}
	sh := s.begin(name, nil)
	for i, row := range rows {
		cells := make([]cell, len(row))
		for j, text := range row {
			if text != "" {
				cells[j] = cell{kind: textCell, text: cellText(text)}
			}
		}
		if err := sh.rows.row(i+1, 0, cells); err != nil {
			return err
		}
	}
	return nil
}
