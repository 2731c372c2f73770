package reports

import (
	"errors"
	"io"
	"path/filepath"
	"strconv"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// problemColumns are those of the sheet Problems (pipeline/README.md, Reports).
var problemColumns = [...]column{
	{columnRow(), number, 9, false},
	{pipeline.Say("report.column_column"), foreign, 46, true},
	{pipeline.Say("report.column_cell"), ours, 10, false},
	{pipeline.Say("report.column_value"), foreign, 34, false},
	{pipeline.Say("report.column_code"), foreign, 24, false},
	{pipeline.Say("report.column_message"), foreign, 96, true},
	{pipeline.Say("report.column_new"), ours, 8, false}, // yes: no earlier run left the row in that state
}

// workbook writes a report as XLSX: Summary, Results, Problems, Fix, and Uncertain when there is something to settle.
// Rows are streamed, so that memory does not grow with them; a full sheet is continued on "Results 2".
type workbook struct {
	to        *destination
	head      Head
	file      *excelize.File
	streams   *streams
	terms     terms
	styles    styles
	results   *sheets
	problems  *sheets
	uncertain *sheets // empty until there is one
	sent      *sheets // nil when the report does not show what would be sent
	fix       fix
	tally     tally
	noted     noted
	open      map[int64]place // the customers in uncertain, and their places
	cells     []string
	row       []cell
	places    []place // places of the problems of the present line
}

func newWorkbook(to *destination, h Head) (Writer, error) {
	// Beside the report and not in the system's temporary folder, so that the book's data stay on the disk that the
	// user chose for them.
	folder := filepath.Dir(to.real)
	w := &workbook{to: to, head: h, streams: &streams{folder: folder}, terms: newTerms(h.Words, h.Check),
		tally: newTally(h), noted: noted{fresh: pipeline.Counts{}}, open: map[int64]place{}}
	w.file = excelize.NewFile()
	if err := w.begin(excelize.TotalRows, maxSheetBytes); err != nil {
		return nil, errors.Join(to.failed(err), w.clear())
	}
	return w, nil
}

// begin creates the sheets; rows and bytes are the limits of one sheet.
func (w *workbook) begin(rows int, bytes int64) error {
	if err := w.file.SetSheetName("Sheet1", w.terms.sheets[pipeline.SummaryRole]); err != nil {
		return err
	}
	var err error
	if w.styles, err = newStyles(w.file); err != nil {
		return err
	}
	all := resultColumns(&w.head)
	table := sheets{file: w.file, streams: w.streams, styles: &w.styles, words: w.head.Words, terms: &w.terms,
		rows: rows, bytes: bytes}
	table.role, table.columns = pipeline.UncertainRole, uncertainColumns[:]
	uncertain := table
	table.links = maxLinks
	table.role, table.columns = pipeline.ProblemsRole, problemColumns[:]
	problems := table
	table.role, table.columns, table.before = pipeline.ResultsRole, all, w.terms.sheets[pipeline.ProblemsRole]
	table.frozen, table.folded = resultsState+1, len(resultsFolded)
	w.uncertain, w.problems, w.results = &uncertain, &problems, &table
	w.fix = fix{file: w.file, streams: w.streams, styles: &w.styles, head: &w.head,
		name: w.terms.sheets[pipeline.FixRole], rows: rows, bytes: bytes}
	if err := w.problems.open(); err != nil {
		return err
	}
	if err := w.results.open(); err != nil || w.head.Sent == nil {
		return err
	}
	sent := uncertain
	sent.role, sent.columns, sent.frozen = pipeline.AsSentRole, sentColumns(&w.head), sentFrozen
	w.sent = &sent
	w.problems.before = w.terms.sheets[pipeline.AsSentRole] // further sheets of problems go before it
	return w.sent.open()
}

func (w *workbook) Path() string { return w.to.path }

func (w *workbook) Moved() string { return w.to.moved }

func (w *workbook) Line(l Line) error {
	if w.to.ended {
		return errClosed
	}
	if err := w.tally.check(l); err != nil {
		return refused(w.to.path, err)
	}
	if err := w.line(l); err != nil {
		return w.to.failed(err)
	}
	w.noted.add(l, w.places)
	w.tally.add(l)
	return nil
}

// line writes a row of the book to its sheets.
func (w *workbook) line(l Line) error {
	w.cells = w.resultCells(w.cells, &l)
	from, err := w.add(w.results, w.cells, len(l.Problems) > 0 || l.State == pipeline.Uncertain)
	if err != nil {
		return err
	}
	if err := w.addSent(&l); err != nil {
		return err
	}
	inFix, err := w.fix.add(&l)
	if err != nil {
		return err
	}
	w.places = w.places[:0]
	for i := range l.Problems {
		p := &l.Problems[i]
		row := p.Row
		if row == 0 {
			row = l.Row
		}
		fresh := ""
		if l.New && w.head.Compared {
			fresh = w.terms.yes
		}
		w.cells = append(w.cells[:0], strconv.Itoa(row), p.Name(), p.Cell(), p.Value, string(p.Code),
			w.head.Words.Message(p.placed()), fresh)
		at, err := w.add(w.problems, w.cells, inFix > 0)
		if err != nil {
			return err
		}
		if at.linked {
			at.sheet.links = append(at.sheet.links, link{column: rowAt, row: int32(at.row), to: w.fix.sheet,
				at: int32(inFix), in: int32(w.fix.column(p.position()))})
		}
		w.places = append(w.places, at)
	}
	var to place
	if len(w.places) > 0 {
		to = w.places[0]
	}
	if l.State == pipeline.Uncertain {
		if to, err = w.addUncertain(w.asked(l)); err != nil {
			return err
		}
	}
	if from.linked {
		from.sheet.links = append(from.sheet.links, link{column: rowAt, row: int32(from.row),
			to: to.sheet, at: int32(to.row)})
	}
	return nil
}

// place is a row of a sheet.
type place struct {
	sheet  *sheet
	row    int
	linked bool // its first cell looks like a link
}

// add writes cells as a row: numbers as numbers, all others as text, and no empty ones. With linked the first cell
// becomes a link, if the sheet has room for another one.
func (w *workbook) add(s *sheets, cells []string, linked bool) (place, error) {
	w.row = w.row[:0]
	size, lines := int64(0), 1
	for i, text := range cells {
		s.measure(i, text)
		if s.columns[i].wraps && text != "" {
			lines = max(lines, linesOf(text, s.columns[i].width))
		}
		switch {
		case text == "":
			w.row = append(w.row, cell{})
			continue
		case s.columns[i].holds == number || s.columns[i].holds == moment:
			w.row = append(w.row, cell{kind: numberCell, text: text})
		default:
			text = cellText(text)
			w.row = append(w.row, cell{kind: textCell, text: text})
		}
		size += cellBytes + int64(len(text))
	}
	sh, err := s.room(size)
	if err != nil {
		return place{}, err
	}
	if linked && len(sh.links) >= s.links {
		linked = false
		if s == w.results {
			w.noted.unlinked++
		}
	}
	if linked {
		w.row[0].look = w.styles.linkNumber
	}
	for i := range s.columns {
		if s.columns[i].holds == toFill {
			w.row[i] = cell{kind: emptyCell, look: w.styles.toFill}
		}
	}
	at := place{sh, sh.last + 1, linked}
	return at, sh.add(w.row, size, lines)
}

func (w *workbook) Close(tail Tail) error {
	if w.to.ended {
		return errClosed
	}
	err := w.write(tail)
	// The spooled sheets are removed in any case.
	err = errors.Join(err, w.clear())
	if err != nil {
		w.to.discard()
		return w.to.failed(err)
	}
	if err := w.to.commit(); err != nil {
		return err
	}
	return w.tally.verify(w.to.path, tail)
}

func (w *workbook) write(tail Tail) error {
	if err := w.addElsewhere(tail.Unanswered); err != nil {
		return err
	}
	s := summary{
		head: w.head, tail: tail, path: w.to.path, lines: w.tally.counts, noted: &w.noted,
		page: page{file: w.file, sheet: w.terms.sheets[pipeline.SummaryRole], styles: &w.styles, words: w.head.Words},
		fix:  &w.fix, terms: &w.terms,
	}
	if err := s.write(); err != nil {
		return err
	}
	// The last of the visible sheets.
	if _, err := w.file.NewSheet(w.terms.sheets[pipeline.AboutRole]); err != nil {
		return err
	}
	a := about{head: w.head, tail: tail, rows: w.tally.counts.Total(),
		page: page{file: w.file, sheet: w.terms.sheets[pipeline.AboutRole], styles: &w.styles, words: w.head.Words}}
	if err := a.write(); err != nil {
		return err
	}
	if err := w.properties(); err != nil {
		return err
	}
	if err := w.promptForIDs(); err != nil {
		return err
	}
	for _, s := range w.tables() {
		if err := s.finish(); err != nil {
			return err
		}
	}
	if err := w.fix.finish(w.sheets()); err != nil {
		return err
	}
	if err := w.streams.end(); err != nil {
		return err
	}
	return w.seal(w.fix.comments.part)
}

// seal writes the workbook to its file; own is as for [writeParts].
func (w *workbook) seal(own func(name string) io.Reader) error {
	write := func(to io.Writer) error {
		return sealed(to, func(to io.Writer) error { return writeParts(w.file, to, w.streams.all, own) })
	}
	if w.head.Password != "" {
		return encryptTo(w.to, w.head.Password, write)
	}
	return write(w.to)
}

// sheets are the names of all sheets of the report, including that of the sheet Fix when there is none.
func (w *workbook) sheets() map[string]pipeline.SheetRole {
	names := map[string]pipeline.SheetRole{}
	for _, role := range []pipeline.SheetRole{pipeline.SummaryRole, pipeline.FixRole, pipeline.AboutRole} {
		names[w.terms.sheets[role]] = role
	}
	for _, s := range w.tables() {
		for _, sh := range s.all {
			names[sh.name] = s.role
		}
	}
	return names
}

// tables are the streamed sheets, except the sheet Fix.
func (w *workbook) tables() []*sheets {
	all := []*sheets{w.results, w.problems, w.uncertain}
	if w.sent != nil {
		all = append(all, w.sent)
	}
	return all
}

// properties say who made the file and when; the library sets neither.
func (w *workbook) properties() error {
	made := pipeline.Timestamp(w.head.Run.Started)
	err := w.file.SetDocProps(&excelize.DocProperties{
		Creator: "muster " + xmlText(w.head.Run.Version), LastModifiedBy: "muster",
		Title:   xmlText(w.head.Words.Message(resultsOf(&w.head))),
		Created: made, Modified: made, Language: w.head.Words.Message(pipeline.Say("report.language")),
	})
	if err != nil {
		return err
	}
	return w.file.SetAppProps(&excelize.AppProperties{Application: "muster"})
}

func (w *workbook) Abort() {
	if w.to.ended {
		return
	}
	w.to.discard()
	// As in discard.
	_ = w.clear()
}

// clear removes the streamed sheets.
func (w *workbook) clear() error {
	return errors.Join(w.streams.close(), w.file.Close())
}
