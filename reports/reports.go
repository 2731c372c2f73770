// Package reports writes the results of a run: as a workbook (XLSX), as CSV and
// as JSON lines.
//
// What it promises:
//
//   - One line for each row of the book, in the book's order. A line out of
//     order, or a second one for a row, is refused; counts that disagree with
//     the lines are said to disagree ([MismatchError]).
//   - A report appears whole or not at all. It is written to a temporary file
//     next to its place, readable by its owner alone, flushed to the disk, and
//     takes its name when [Writer.Close] is called. A report of the same name
//     stays unchanged until then.
//   - No text becomes anything but text: no formula, no number, no date. In the
//     sheet Fix a cell of the book that could not be read is an error value, so
//     that it is found again until somebody fixes it.
//   - Memory does not grow with the rows. While a workbook is written its
//     sheets lie in a private folder beside it, which is removed at the end. A
//     process that is killed leaves that folder and the temporary file, both
//     with a name that begins with ".muster-".
//
// A workbook, and the messages of CSV, are in the language of [Head.Words]. What
// programs read is English: the headers and states of CSV, and JSON lines.
//
// What it does not know: which values are secret. Keys and values come
// masked; carried columns are written as the book has them, but for what a
// spreadsheet program would compute when it opens a CSV file.
package reports

import (
	"iter"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"muster/pipeline"
)

// Line is one row of the book as the reports show it.
type Line struct {
	// Outcome's Row must ascend from line to line. An empty Run stands for the
	// run of the report.
	pipeline.Outcome
	Key, Name string   // what a person recognises; masked already where secret
	Carry     []string // the cells of Head.Carry, in its order, as the book has them
	// Cells are the book's own, in the order of [FixSource.Columns], for the sheet Fix.
	Cells []string
	// Sent are the fields of Head.Sent, in its order; nil where that is.
	Sent []SentCell
	// Digest is that of Cells, by which a later run knows the row; it is read of rows
	// that have to be fixed.
	Digest pipeline.CellsDigest
	// Head is the number of the customer's first row, Lines is of how many rows
	// the customer is made; both may be 0 where it is this row alone.
	Head, Lines int
	// Problems replace Outcome.Problems: one line each in the sheet Problems. The
	// message has all of them already.
	Problems []Problem
	// Request is, of an uncertain row, what was sent and never answered; nil
	// stands for what the outcome says.
	Request *Request
}

// Request is one that was sent and that nothing is known of yet.
type Request struct {
	// Outcome is how it stands: Run and Row say whose it was, At when it was
	// last sent.
	pipeline.Outcome
	Book      string // of Run
	Key, Name string // as in Line
	// OfAnother says that the line's row was sent as another, which a person made of it.
	OfAnother bool
}

// Problem is one thing wrong with a row. Its Row may be 0 for the line's.
type Problem struct {
	pipeline.Problem
	Value string // of its cell; masked already where secret
}

// Head is what is known before the first line.
type Head struct {
	// Words are those of the language in which people read the report; English are
	// for JSON lines, which programs read.
	Words, English Words

	// Zone is where the people are who read a workbook: its times are by the clock
	// there; nil is UTC. Other formats have all times in UTC.
	Zone *time.Location

	Run      pipeline.Run
	Provider *pipeline.Provider // may be nil: then Run says what it can
	Carry    []string           // names of the carried columns, as the book spells them
	// CarryRaw writes carried cells into CSV as the book has them, formulas too.
	CarryRaw bool
	// Sent are the fields that the rows fill, for a sheet of a workbook that shows what
	// would be sent; nil leaves it out.
	Sent []string
	// Ledger is where a person finds it; "" when what the run left is not kept.
	Ledger string
	// Compared says that Outcome.New is known: the rows were held against
	// earlier runs.
	Compared bool
	// Check says that nothing was sent and nothing will be: a pending row is one
	// that import would send.
	Check bool
	// Standing says that the lines are of no run, but how the rows stand over all of
	// a ledger: Run has no ID, and a line the run that left it so, if any did.
	Standing bool
	// Open says that of the run's rows only those that need a person are lines.
	Open bool
	// Password encrypts a workbook; "" leaves it open. Other formats refuse one.
	Password string
	// PasswordFile is where a person finds it; "" when it is in no file.
	PasswordFile string
	Fix          FixSource
	// Delimiter is that of CSV; 0 is a comma.
	Delimiter rune
	Kept      Kept
}

// FixSource is what the sheet Fix of a workbook needs of the book.
type FixSource struct {
	// Origin is what importing the sheet has to know; nil: there is no such sheet.
	Origin  *pipeline.Origin
	Columns []string // the book's header
	Hidden  []int    // positions in Columns, from 0, of those that the book hides
	Choices []Choice // of the columns that have drop-downs
}

// Tail is what is known after the last line.
type Tail struct {
	Finished time.Time // zero when the run never finished
	// Counts are those of the run. Nil leaves the check against the lines out.
	Counts pipeline.Counts
	Halt   *pipeline.Message   // why the run did not finish; nil when it did
	Notes  []*pipeline.Message // ignored columns, warnings
	// Customers is how many customers the rows are, where several rows may be one;
	// 0 where each row is one.
	Customers int
	Pace      *pipeline.Message // how fast it was allowed to go; nil when nothing was sent
	// Kinds are the kinds of problems whose remedies are known, for the first sheet.
	Kinds []*Kind
	// Mapping is what filled the fields, in the order of the book's columns. Only a
	// workbook says it.
	Mapping []MappedField
	// Unanswered are requests of other runs whose result is unknown; nil when there
	// are none. Only a workbook reads them.
	Unanswered iter.Seq2[Request, error]
}

// Writer writes one report. It is used by one goroutine at a time. Whoever
// made it calls Close once, or Abort; calling both is fine (defer Abort).
type Writer interface {
	// Line adds one row of the book. It keeps nothing of what it is given.
	Line(Line) error
	// Close makes the file appear. When it fails there is no new file, and
	// an older one of that name is unchanged; the one exception is a
	// *MismatchError, which says that the file is there and does not add up.
	Close(Tail) error
	// Abort leaves nothing behind. It may be called any number of times, and
	// does nothing after Close.
	Abort()
	// Path is where the file is after Close, and before it where it is meant
	// to be.
	Path() string
	// Moved is where the file went, after Close, that was there and that a person
	// had edited; "" when there was none, or it could not be moved.
	Moved() string
}

// Create begins a report at path: .xlsx, .csv or .jsonl. A file of that name
// is replaced on Close, unless it was edited ([Kept]). A path that cannot hold a report is a [pipeline.Mistake], at
// once.
func Create(path string, h Head) (Writer, error) { return create(path, false, h) }

// CreateNew is Create for a path that the user did not name: a file that is
// there already is never replaced. When the name is taken on Close the report
// is called NAME-2, NAME-3 and so on; Path says which.
func CreateNew(path string, h Head) (Writer, error) { return create(path, true, h) }

func create(path string, fresh bool, h Head) (Writer, error) {
	if h.Password != "" && !strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return nil, unwritable(path, pipeline.Wrong("report.no_password").Try("report.leave_password_out"))
	}
	var begin func(*destination, Head) (Writer, error)
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		begin = newWorkbook
	case ".csv":
		begin = newCSV
	case ".jsonl":
		begin = newJSONLines
	default:
		return nil, unwritable(path, pipeline.Wrong("report.unknown_format").Try("report.known_formats"))
	}
	d, err := openDestination(path, fresh, h.Kept)
	if err != nil {
		return nil, err
	}
	w, err := begin(d, h)
	if err != nil {
		d.discard()
		return nil, err
	}
	return w, nil
}

// DefaultPath is where a run's report goes when the user says nothing: in the
// working directory, BOOK.RUN.results.xlsx (pipeline/README.md, Reports), BOOK
// being the book's name without folder and extension. A book without a name,
// such as "-", is called "book"; a very long name is cut so that the file system
// takes it.
func DefaultPath(book, run string) string {
	name := filepath.Base(book)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if name == "" || name == "-" || name == "." || name == string(filepath.Separator) {
		name = "book"
	}
	// 255 bytes is what most file systems allow; run ID, endings and the
	// temporary file's own additions need the rest.
	const longest = 160
	if len(name) > longest {
		cut := longest
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut]
	}
	return name + "." + run + ".results.xlsx"
}
