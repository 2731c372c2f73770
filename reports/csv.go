package reports

import (
	"encoding/csv"

	"github.com/gocarina/gocsv"

	"muster/pipeline"
)

// Delimiters are those that a CSV report may have.
var Delimiters = []rune{',', ';', '\t', '|'}

// csvReport writes a report as CSV (RFC 4180) in UTF-8 with a byte-order mark, without which Excel assumes another
// encoding. Lines end in LF, because a csv.Writer with CRLF would also change line breaks in cells.
//
// No cell of the fixed columns is a formula for a spreadsheet program: see [pipeline.EscapeFormula], and escapeID for
// the IDs of the provider, which stay exact. Nor is a carried cell, unless [Head.CarryRaw] asks for it: see
// escapeCarried.
type csvReport struct {
	to    *destination
	rows  gocsv.CSVWriter
	head  Head
	tally tally
	cells []string
}

func newCSV(to *destination, h Head) (Writer, error) {
	out := csv.NewWriter(to)
	if h.Delimiter != 0 {
		out.Comma = h.Delimiter
	}
	r := &csvReport{to: to, head: h, tally: newTally(h), rows: gocsv.NewSafeCSVWriter(out)}
	if _, err := to.Write([]byte("\ufeff")); err != nil {
		return nil, to.failed(err)
	}
	names := header(h)
	r.escapeCarry(names)
	if err := r.rows.Write(names); err != nil {
		return nil, to.failed(err)
	}
	return r, nil
}

func (r *csvReport) Path() string { return r.to.path }

func (r *csvReport) Moved() string { return r.to.moved }

func (r *csvReport) Line(l Line) error {
	if r.to.ended {
		return errClosed
	}
	if err := r.tally.check(l); err != nil {
		return refused(r.to.path, err)
	}
	r.cells = texts(r.cells, l, &r.head.Run, r.head.Words)
	for i := range columns {
		switch columns[i].holds {
		case foreign:
			r.cells[i] = pipeline.EscapeFormula(r.cells[i])
		case foreignID:
			r.cells[i] = escapeID(r.cells[i])
		}
	}
	r.escapeCarry(r.cells)
	if err := r.rows.Write(r.cells); err != nil {
		return r.to.failed(err)
	}
	r.tally.add(l)
	return nil
}

// escapeCarry escapes the carried cells of a record.
func (r *csvReport) escapeCarry(record []string) {
	if r.head.CarryRaw {
		return
	}
	for i := len(columns); i < len(record); i++ {
		record[i] = escapeCarried(record[i])
	}
}

func (r *csvReport) Close(tail Tail) error {
	if r.to.ended {
		return errClosed
	}
	r.rows.Flush()
	if err := r.rows.Error(); err != nil {
		r.to.discard()
		return r.to.failed(err)
	}
	if err := r.to.commit(); err != nil {
		return err
	}
	return r.tally.verify(r.to.path, tail)
}

func (r *csvReport) Abort() { r.to.discard() }
