package book

import (
	"path/filepath"
	"slices"
	"strings"
)

// resultSheet is the hidden sheet by which muster knows a workbook of its own.
const resultSheet = "muster"

// IsResult reports whether the file is a workbook of results that muster
// wrote: it has the hidden sheet muster. What cannot be read as a workbook is
// none; why it cannot be read is told by [Open].
func IsResult(path string) bool {
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".xlsx" && ext != ".xlsm" {
		return false
	}
	f, err := openFile(path)
	if err != nil {
		return false
	}
	defer f.Close()
	w, err := openWorkbook(f, defaultLimits)
	if err != nil {
		return false
	}
	return w.isResult()
}

func (w *workbook) isResult() bool {
	return slices.ContainsFunc(w.sheets, func(s sheetEntry) bool { return s.hidden && s.name == resultSheet })
}
