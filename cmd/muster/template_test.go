package main

import (
	"encoding/csv"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// cmdFill fills a sheet of a blank workbook, below its example row, as a person would: fill IN SHEET ROWS.csv OUT
// takes those rows whose columns the sheet all has; with the word example for ROWS.csv the example row is copied
// below, without its mark; with the word bare the column and the labels that muster added are removed first.
func cmdFill(ts *testscript.TestScript, neg bool, args []string) {
	in, sheet, rows, out := args[0], args[1], args[2], args[3]
	f, err := excelize.OpenFile(ts.MkAbs(in))
	ts.Check(err)
	defer f.Close()
	all, err := f.GetRows(sheet)
	ts.Check(err)
	header, filled := all[2], all[3:]
	set := func(row int, path, value string) {
		i := slices.Index(header, path)
		if i < 0 {
			ts.Fatalf("sheet %s has no column %s", sheet, path)
		}
		ts.Check(f.SetCellStr(sheet, pipeline.CellRef(i, row), value))
	}
	if rows == "example" || rows == "bare" {
		for i, path := range header[1:] {
			set(5, path, filled[0][i+1])
		}
	} else {
		records, err := csv.NewReader(strings.NewReader(ts.ReadFile(rows))).ReadAll()
		ts.Check(err)
		row := 4
		for _, r := range records[1:] {
			fits := !slices.ContainsFunc(records[0], func(path string) bool {
				return r[slices.Index(records[0], path)] != "" && !slices.Contains(header, path)
			})
			if !fits {
				continue
			}
			row++
			for i, path := range records[0] {
				if r[i] != "" {
					set(row, path, r[i])
				}
			}
		}
	}
	if rows == "bare" {
		ts.Check(f.RemoveRow(sheet, 4))
		ts.Check(f.RemoveCol(sheet, "A"))
	}
	ts.Check(f.SaveAs(ts.MkAbs(out)))
}
