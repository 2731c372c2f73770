package main

import (
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// cmdHideRow hides a row of a workbook's first sheet: hiderow BOOK ROW.
func cmdHideRow(ts *testscript.TestScript, neg bool, args []string) {
	row, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	ts.Check(f.SetRowVisible(f.GetSheetName(0), row, false))
	ts.Check(f.Save())
}
