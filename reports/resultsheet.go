package reports

import (
	"strconv"
	"time"

	"muster/pipeline"
)

// The sheet Results begins with what a person reads of a row. The carried columns follow, then the technical ones,
// collapsed.
var (
	resultsFirst  = [...]int{rowAt, nameAt, keyAt, stateAt, toDoAt, customerIDAt, messageAt, atAt}
	resultsFolded = [...]int{providerStatusAt, httpStatusAt, codeAt, requestIDAt, attemptsAt, runAt, providerAt,
		envAt, accountAt, bookAt, providerCreatedAt, relatedIDsAt}
)

const (
	// toDoAt is the column that only a workbook has.
	toDoAt = -1
	// resultsState is the position of the state, the last column that stays visible when the sheet is scrolled.
	resultsState = 3
)

// resultColumns are the columns of the sheet Results.
func resultColumns(h *Head) []column {
	all := make([]column, 0, len(columns)+1+len(h.Carry))
	for _, at := range resultsFirst {
		switch at {
		case toDoAt:
			all = append(all, column{title: columnToDo(), holds: ours, width: 44})
		case atAt:
			c := columns[at].column
			c.holds = moment
			all = append(all, c)
		case messageAt:
			c := columns[at].column
			c.wraps = true
			all = append(all, c)
		default:
			all = append(all, columns[at].column)
		}
	}
	for _, name := range h.Carry {
		all = append(all, column{pipeline.Say(pipeline.AsWritten, "text", name), foreign, carryWidth, false})
	}
	for _, at := range resultsFolded {
		all = append(all, columns[at].column)
	}
	return all
}

// resultCells fills cells, which is reused, with a line's cells.
func (w *workbook) resultCells(cells []string, l *Line) []string {
	run := &w.head.Run
	cells = append(cells[:0], strconv.Itoa(l.Row), l.Name, l.Key, w.terms.states[l.State], w.terms.toDoOf(l),
		l.CustomerID, w.head.Words.Message(l.Message), serialDate(l.At, w.head.Zone))
	cells = append(cells, l.Carry...)
	status := ""
	if l.HTTPStatus != 0 {
		status = strconv.Itoa(l.HTTPStatus)
	}
	return append(cells, l.ProviderStatus, status, l.Code, l.RequestID, strconv.Itoa(l.Attempts), runOf(*l, run),
		run.Namespace.Provider, run.Namespace.Env, run.Namespace.Account, run.Book, l.ProviderCreatedAt,
		relatedText(l.Related))
}

// serialDate is a time in a workbook's form: the days since 1899-12-30 in a time zone (ECMA-376 part 1, 18.17.4.1),
// to the second; "" for the zero time.
func serialDate(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	const day, epoch = 24 * 60 * 60, 25569 // days from then to 1970-01-01
	_, offset := in(t, zone).Zone()
	seconds := t.Unix() + int64(offset)
	// In nanodays, so that no digit is lost to a float.
	const unit = 1_000_000_000
	whole, rest := seconds/day, seconds%day
	if rest < 0 {
		whole, rest = whole-1, rest+day
	}
	var text [32]byte
	b := strconv.AppendInt(text[:0], whole+epoch, 10)
	if fraction := (rest*unit + day/2) / day; fraction > 0 {
		digits := strconv.AppendInt(nil, unit+fraction, 10)
		b = append(append(b, '.'), digits[1:]...)
	}
	return string(b)
}

// in is a time in a time zone; nil is UTC.
func in(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone)
}
