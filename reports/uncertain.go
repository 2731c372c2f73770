package reports

import (
	"fmt"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// uncertainColumns are the columns of the sheet Uncertain: what a person needs to find out what became of a request,
// and the column for the answer. `muster settle` reads row, run, key and customer_id.
var uncertainColumns = [...]column{
	{columnRow(), number, 9, false},
	{columnKey(), foreign, 24, false},
	{pipeline.Say("report.column_name"), foreign, 34, true},
	{columnCustomerID(), toFill, 40, false},
	{pipeline.Say("report.column_sent"), ours, 22, false},
	{pipeline.Say("report.column_attempts"), number, 12, false},
	{pipeline.Say("report.column_http_status"), number, 14, false},
	{pipeline.Say("report.column_code"), foreign, 18, false},
	{pipeline.Say("report.column_message"), foreign, 60, true},
	{pipeline.Say("report.column_request_id"), foreign, 36, false},
	{pipeline.Say("report.column_advice"), foreign, 44, true},
	{pipeline.Say("report.column_book"), foreign, 30, false},
	{columnRun(), ours, 24, false},
}

const customerIDToFill = 3 // index in uncertainColumns

// asked is the request of an uncertain row, under the row's own number. In a check and in the state over all runs,
// which are not runs of a ledger, it is under that of the row that it was sent for.
func (w *workbook) asked(l Line) Request {
	r := Request{Outcome: l.Outcome, Key: l.Key, Name: l.Name}
	if l.Request != nil {
		r.Outcome = l.Request.Outcome
		if l.Request.OfAnother {
			return *l.Request
		}
		if w.head.Check || w.head.Standing {
			r.Book = l.Request.Book
			return r
		}
	}
	r.Row, r.Run, r.Book = l.Row, w.head.Run.ID, w.head.Run.Book
	return r
}

// addUncertain adds a request. A request for several rows of the book is added once, under the first of them.
func (w *workbook) addUncertain(r Request) (place, error) {
	if at, there := w.open[r.Ref]; there {
		return at, nil
	}
	if r.Message == nil && r.Attempts == 0 {
		r.Message = pipeline.Say("report.ended_before_result")
	}
	status := ""
	if r.HTTPStatus != 0 {
		status = strconv.Itoa(r.HTTPStatus)
	}
	w.cells = append(w.cells[:0], strconv.Itoa(r.Row), r.Key, r.Name, "", pipeline.Timestamp(r.At),
		strconv.Itoa(r.Attempts), status,
		r.Code, w.head.Words.Message(r.Message), r.RequestID, w.advice(), r.Book, r.Run)
	at, err := w.add(w.uncertain, w.cells, false)
	w.problems.before = w.terms.sheets[pipeline.UncertainRole] // further sheets of problems go before it
	if r.Ref != 0 {
		w.open[r.Ref] = at
	}
	return at, err
}

// advice says how a person finds out what became of a request.
func (w *workbook) advice() string {
	if w.head.Provider == nil {
		return ""
	}
	return w.head.Words.Message(w.head.Provider.Settle.Advice.Message())
}

// addElsewhere adds the unanswered requests of other runs.
func (w *workbook) addElsewhere(requests iter.Seq2[Request, error]) error {
	if requests == nil {
		return nil
	}
	for r, err := range requests {
		if err != nil {
			return pipeline.Fail("report.unanswered_unread", "cause", err)
		}
		if _, there := w.open[r.Ref]; there {
			continue // a row of this report has led to it
		}
		if _, err := w.addUncertain(r); err != nil {
			return err
		}
		w.noted.elsewhere++
	}
	return nil
}

// promptForIDs adds a prompt to the cells to fill in.
func (w *workbook) promptForIDs() error {
	for _, sh := range w.uncertain.all {
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s:%s", pipeline.CellRef(customerIDToFill, 2),
			pipeline.CellRef(customerIDToFill, max(2, sh.last)))
		v.SetInput(w.head.Words.Message(columnCustomerID()),
			w.head.Words.Message(pipeline.Say("report.prompt_for_id", "absent", absent())))
		if err := w.file.AddDataValidation(sh.name, v); err != nil {
			return err
		}
	}
	return nil
}
