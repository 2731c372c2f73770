package reports

import (
	"archive/zip"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// errFormula: a cell to be changed has a formula.
var errFormula = errors.New("a formula")

// Correct rewrites an XLSX book with some cells changed: texts by row number and column position. A changed cell is
// text and keeps its format. Only the sheet that was read is changed; every other part of the file is copied byte by
// byte. A book that cannot be changed safely is a [pipeline.Mistake]: one that is signed, too large, or of an unknown
// form, or in which such a cell has a formula. folder is for a temporary file of the sheet.
func Correct(to io.Writer, folder string, o Original, cells map[int]map[int]string) error {
	refuse := func(why *pipeline.Mistake) error {
		return why.Try("report.correct_by_hand").At(pipeline.Place{File: o.Name})
	}
	archive, err := zip.NewReader(o.File, o.Size)
	if err != nil {
		return refuse(pipeline.Wrong("report.annotated_xlsx_only", "cause", err))
	}
	book := bookParts{archive}
	for _, f := range archive.File {
		if strings.HasPrefix(f.Name, "_xmlsignatures/") {
			return refuse(pipeline.Wrong("report.annotated_signed"))
		}
	}
	sheet := book.find(o.Part)
	if sheet == nil {
		return refuse(pipeline.Wrong("report.annotated_no_sheet"))
	}
	if sheet.UncompressedSize64 > maxAnnotated {
		return refuse(pipeline.Wrong("report.annotated_too_large"))
	}
	if _, err := survey(sheet, o.Columns); err != nil {
		return refuse(pipeline.Wrong("report.annotated_form", "cause", err))
	}
	in, err := sheet.Open()
	if err != nil {
		return err
	}
	defer in.Close() // it is only read
	spool, err := newSpool(folder)
	if err != nil {
		return err
	}
	defer spool.remove()
	s := sheetCopy{bare: true, copier: newCopier(sheetxml.UTF8(in), spool)}
	for _, row := range slices.Sorted(maps.Keys(cells)) {
		var changed []addedCell
		for column, text := range cells[row] {
			changed = append(changed, addedCell{column: column, text: text})
		}
		if err := s.copyTo(row, changed); errors.Is(err, errFormula) {
			return refuse(pipeline.Wrong("report.correct_formula", "cell", pipeline.CellRef(s.formula, row)))
		} else if err != nil {
			return refuse(pipeline.Wrong("report.annotated_form", "cause", err))
		}
	}
	if err := s.copyTo(0, nil); err != nil {
		return err
	}
	return book.copyTo(to, o.Part, spool, changedParts{})
}
