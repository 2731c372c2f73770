package enrol

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/wording"
	"muster/reports"
)

// errSeen ends a pass over a book that has been read far enough.
var errSeen = errors.New("seen")

// recognise refuses files of muster's that are not books: a report that was saved as CSV, and a sheet Fix without the
// run to which its rows belong.
func recognise(ctx context.Context, b *book.Book) error {
	header := b.Header()
	if r, found := reports.FindReport(header, wording.InAll); found {
		return isReport(ctx, b, r)
	}
	if len(header) == 0 || !pipeline.IsOriginColumn(header[0].Name) {
		return nil
	}
	numbered := false
	err := b.Rows(ctx, func(row pipeline.Row) error {
		n, err := strconv.Atoi(row.Cells[0])
		numbered = err == nil && n > 1 // row 1 of a book is its header
		return errSeen
	})
	switch {
	case err != nil && !errors.Is(err, errSeen):
		return err
	case numbered:
		return pipeline.Wrong("enrol.is_fix", "sheet", reports.SheetFix(), "column", pipeline.OriginColumn).
			Try("enrol.name_run_of_fix", "file", pipeline.ShellWord(b.Name()), "column", pipeline.OriginColumn).
			At(pipeline.Place{File: b.Name(), Sheet: b.Sheet()})
	}
	return nil
}

// isReport is the mistake for a report: which run it belongs to, and how its rows are corrected.
func isReport(ctx context.Context, b *book.Book, r reports.ReportRow) error {
	runs, err := runsOfRows(ctx, b, r)
	if err != nil {
		return err
	}
	run, place := cmp.Or(runs.own, runs.first, "RUN"), pipeline.Place{File: b.Name(), Sheet: b.Sheet()}
	return pipeline.Wrong("enrol.is_report", "run", run).Try("enrol.write_fix", "sheet", reports.SheetFix(),
		"run", run, "book", pipeline.ShellWord(cmp.Or(runs.book, "BOOK"))).At(place)
}
