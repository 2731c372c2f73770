package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// cmdSetCells writes into cells of a workbook as a person would: setcells FILE SHEET
// CELL VALUE [CELL VALUE]...
func cmdSetCells(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	for cells := args[2:]; len(cells) > 1; cells = cells[2:] {
		ts.Check(f.SetCellStr(args[1], cells[0], cells[1]))
	}
	ts.Check(f.Save())
}

// cmdSameBook compares all sheets of two workbooks cell by cell, without rows that are empty or contain one of the
// given texts: samebook A B [TEXT]...
func cmdSameBook(ts *testscript.TestScript, neg bool, args []string) {
	sheets := func(name string) map[string][][]string {
		f, err := excelize.OpenFile(ts.MkAbs(name))
		ts.Check(err)
		defer f.Close()
		all := map[string][][]string{}
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
			ts.Check(err)
			all[sheet] = [][]string{}
		rows:
			for _, row := range rows {
				if len(row) == 0 {
					continue
				}
				for _, text := range args[2:] {
					if strings.Contains(strings.Join(row, "\x00"), text) {
						continue rows
					}
				}
				all[sheet] = append(all[sheet], row)
			}
		}
		return all
	}
	if d := cmp.Diff(sheets(args[0]), sheets(args[1])); d != "" {
		ts.Fatalf("%s and %s differ:\n%s", args[0], args[1], d)
	}
}

// cmdOpensWith checks that a workbook needs that password, and that its summary matches: [!] openswith FILE PASSWORD
// [REGEXP].
func cmdOpensWith(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	if f, err := excelize.OpenFile(path); err == nil {
		f.Close()
		ts.Fatalf("%s opens without a password", filepath.Base(path))
	}
	f, err := excelize.OpenFile(path, excelize.Options{Password: args[1]})
	if (err == nil) == neg {
		ts.Fatalf("%s: %v", filepath.Base(path), err)
	}
	if err != nil {
		return
	}
	defer f.Close()
	if len(args) > 2 {
		rows, err := f.GetRows("Summary")
		ts.Check(err)
		said := regexp.MustCompile(args[2])
		if !slices.ContainsFunc(rows, func(row []string) bool { return said.MatchString(strings.Join(row, "\n")) }) {
			ts.Fatalf("%s: no %q in %q", filepath.Base(path), args[2], rows)
		}
	}
}

// cmdSheet checks that a workbook has a visible sheet of that name: [!] sheet FILE NAME.
func cmdSheet(ts *testscript.TestScript, neg bool, args []string) {
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	// For a missing sheet the library only says that it is not visible.
	visible, err := f.GetSheetVisible(args[1])
	ts.Check(err)
	if visible == neg {
		ts.Fatalf("the sheets of %s are %q", args[0], f.GetSheetList())
	}
}
