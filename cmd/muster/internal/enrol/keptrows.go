package enrol

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/wording"
	"muster/reports"
)

// reportRuns are the runs that a report's rows name.
type reportRuns struct {
	own   string // the report's own; "" when all rows name the runs that enrolled the customers
	first string // the first that any row names
	book  string // of the report's run
}

// runsOfRows reads them from a report that is a table, as far as is needed.
func runsOfRows(ctx context.Context, b *book.Book, columns reports.ReportRow) (r reportRuns, err error) {
	err = b.Rows(ctx, func(row pipeline.Row) error {
		r.first, r.book = cmp.Or(r.first, columns.Run(row)), cmp.Or(r.book, columns.Book(row))
		if !columns.Own(row, wording.InAll) {
			return nil
		}
		r.own = columns.Run(row)
		return errSeen
	})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return r, err
}

// runsOfReport reads them from a CSV report, or one of JSON lines.
func runsOfReport(ctx context.Context, path string) (r reportRuns, err error) {
	if strings.EqualFold(filepath.Ext(path), ".jsonl") {
		return runsOfLines(path)
	}
	b, err := book.Open(path, book.Options{})
	if err != nil {
		return r, err
	}
	defer b.Close() // it is only read
	columns, found := reports.FindReport(b.Header(), wording.InAll)
	if !found {
		return r, errNoReport
	}
	return runsOfRows(ctx, b, columns)
}

var errNoReport = errors.New("no report")

// runsOfLines reads them from JSON lines.
func runsOfLines(path string) (r reportRuns, err error) {
	f, err := os.Open(path)
	if err != nil {
		return r, err
	}
	defer f.Close() // it is only read
	for lines := json.NewDecoder(bufio.NewReader(f)); r.own == ""; {
		var line struct {
			State     pipeline.State
			Run, Book string
		}
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return r, nil
		} else if err != nil {
			return r, err
		}
		r.first, r.book = cmp.Or(r.first, line.Run), cmp.Or(r.book, line.Book)
		if reports.NamesOwnRun(line.State) {
			r.own = line.Run
		}
	}
	return r, nil
}

// verdictBook makes a book's other sheets readable for verdicts.
type verdictBook struct{ *book.Book }

func (b verdictBook) OpenSheet(name string) (reports.FilledSheet, error) {
	return b.OpenOther(book.Options{Sheet: name, Distinct: true})
}

// ReadVerdicts reads what a person filled in: in a workbook from the sheet that o names, else from those of a report,
// else from the first visible one. languages are those in which it may have been filled in. Two columns of one name
// are refused.
func ReadVerdicts(ctx context.Context, path string, o book.Options, languages []reports.Words) (
	[]*reports.VerdictSheet, error) {
	o.Distinct = true
	b, err := book.Open(path, o)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	return reports.ReadVerdicts(ctx, verdictBook{b}, o.Sheet != "", languages)
}
