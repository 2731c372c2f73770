package reports

import (
	"strconv"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// addOrigin adds the hidden sheet that says where the workbook comes from; its
// rows are flushed by the writer that it gives.
func addOrigin(f *excelize.File, o *pipeline.Origin) (*excelize.StreamWriter, error) {
	if _, err := f.NewSheet(pipeline.OriginSheet); err != nil {
		return nil, err
	}
	rows := o.Table()
	w, err := hiddenSheet(f, pipeline.OriginSheet, len(rows[0]), len(rows))
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		values := make([]any, len(row))
		for j, s := range row {
			if s != "" {
				values[j] = cellText(s)
			}
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), values); err != nil {
			return nil, err
		}
	}
	return w, nil
}
