package reports

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// OpenLine is a row that needs a person, in the list over all books.
type OpenLine struct {
	Book      string // its path
	Row       int
	Key       string // masked already where secret; "" when the book is not at hand
	State     pipeline.State
	ToDo      string // what a person should do
	Message   string // why the row is open
	Since     time.Time
	Fix       string // the workbook whose sheet Fix has the row; "" for none
	Run       string
	Namespace pipeline.Namespace
}

// openColumns are the columns of the list. The state has the same place as in the sheet Results.
var openColumns = [...]column{
	{columns[bookAt].title, foreign, 50, false},
	{columnRow(), number, 9, false},
	{columnKey(), foreign, 24, false},
	{columnState(), ours, 14, false},
	{columnToDo(), ours, 44, true},
	{columns[messageAt].title, foreign, 60, true},
	{pipeline.Say("report.column_since"), moment, 20, false},
	{pipeline.Say("report.column_fix"), foreign, 40, false},
	{columnRun(), ours, 23, false},
	{columns[providerAt].title, ours, 14, false},
	{columns[envAt].title, foreign, 24, false},
	{columns[accountAt].title, foreign, 18, false},
}

// OpenHead is what the list needs besides its lines.
type OpenHead struct {
	Words    Words
	Zone     *time.Location // of the readers
	Now      time.Time
	Password string // encrypts it; "" does not
}

// WriteOpen writes the list as a workbook with one sheet. An existing file is replaced if it is unchanged since
// muster wrote it, else moved.
func WriteOpen(path string, h OpenHead, lines []OpenLine) (err error) {
	to, err := openDestination(path, false, Kept{Edited: editedSince, Date: h.Now.Format(time.DateOnly)})
	if err != nil {
		return err
	}
	w := &workbook{to: to, head: Head{Words: h.Words, Zone: h.Zone, Password: h.Password}, terms: newTerms(h.Words, false),
		streams: &streams{folder: filepath.Dir(to.real)}, file: excelize.NewFile()}
	err = w.writeOpen(lines)
	if err = errors.Join(err, w.clear()); err != nil {
		to.discard()
		return to.failed(err)
	}
	return to.commit()
}

func (w *workbook) writeOpen(lines []OpenLine) (err error) {
	if w.styles, err = newStyles(w.file); err != nil {
		return err
	}
	w.terms.sheets[pipeline.ResultsRole] = w.head.Words.Message(pipeline.Say("report.sheet_open"))
	table := sheets{file: w.file, streams: w.streams, styles: &w.styles, words: w.head.Words, terms: &w.terms,
		role: pipeline.ResultsRole, columns: openColumns[:], rows: excelize.TotalRows, bytes: maxSheetBytes,
		frozen: resultsState + 1}
	if err := table.open(); err != nil {
		return err
	}
	for _, l := range lines {
		n := l.Namespace
		w.cells = append(w.cells[:0], l.Book, strconv.Itoa(l.Row), l.Key, w.terms.states[l.State], l.ToDo, l.Message,
			serialDate(l.Since, w.head.Zone), l.Fix, l.Run, n.Provider, n.Env, n.Account)
		if _, err := w.add(&table, w.cells, false); err != nil {
			return err
		}
	}
	if err := w.file.DeleteSheet("Sheet1"); err != nil {
		return err
	}
	if err := table.finish(); err != nil {
		return err
	}
	if err := w.streams.end(); err != nil {
		return err
	}
	return w.seal(func(string) io.Reader { return nil })
}

// editedSince reports whether a workbook has changed since muster wrote it.
func editedSince(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close() // it is only read
	info, err := f.Stat()
	return err != nil || !Sealed(f, info.Size())
}
