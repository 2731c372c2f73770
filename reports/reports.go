// Package reports writes the results of a run: as a workbook (XLSX), as CSV and as JSON lines.
//
// Its promises:
//
//   - One line for each row of the book, in the book's order. A line out of
//     order, or a second one for a row, is refused; counts that disagree with
//     the lines are reported ([MismatchError]).
//   - A report appears complete or not at all. It is written to a temporary
//     file beside its place, readable by its owner alone, synced to disk, and
//     renamed when [Writer.Close] is called. A report of the same name stays
//     unchanged until then.
//   - Text stays text: no formula, no number, no date. In the sheet Fix a cell
//     of the book that could not be read is an error value, so that it is
//     found again until somebody fixes it.
//   - Memory does not grow with the rows. While a workbook is written its
//     sheets are in a private folder beside it, which is removed at the end. A
//     process that is killed leaves that folder and the temporary file, both
//     with a name that begins with ".muster-".
//
// A workbook, and the messages of CSV, are in the language of [Head.Words]. What programs read is English: the
// headers and states of CSV, and JSON lines.
//
// The package does not know which values are secret. Keys and values come masked; carried columns are written as the
// book has them, except for what a spreadsheet program would evaluate when it opens a CSV file.
package reports

import (
	"iter"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"muster/pipeline"
)

// Line is one row of the book as reports show it.
type Line struct {
	// Outcome's Row must ascend from line to line. An empty Run stands for the
	// run of the report.
	pipeline.Outcome
	Key, Name string   // for recognition; masked already where secret
	Carry     []string // the cells of Head.Carry, in its order, as the book has them
	// Cells are the book's own, in the order of [FixSource.Columns], for the sheet Fix.
	Cells []string
	// Sent are the fields of Head.Sent, in its order; nil where that is.
	Sent []SentCell
	// Digest is that of Cells, by which a later run recognises the row; it is used for rows that have to be fixed.
	Digest pipeline.CellsDigest
	// Head is the number of the customer's first row, Lines how many rows the customer has; both may be 0 for a
	// customer with one row.
	Head, Lines int
	// Problems replace Outcome.Problems: one line each in the sheet Problems. The message includes all of them
	// already.
	Problems []Problem
	// Request is, for an uncertain row, the request without an answer; nil when the outcome says it all.
	Request *Request
}

// Request is a request that was sent and has no answer yet.
type Request struct {
	// Outcome is its present outcome: Run and Row say who sent it, At when it was last sent.
	pipeline.Outcome
	Book      string // of Run
	Key, Name string // as in Line
	// OfAnother: the line's row was sent as its fixed copy.
	OfAnother bool
}

// Problem is one thing wrong with a row. Its Row may be 0 for the line's.
type Problem struct {
	pipeline.Problem
	Value string // of its cell; masked already where secret
}

// Head is what is known before the first line.
type Head struct {
	// Words are in the language of the report's readers; English is for JSON lines, which programs read.
	Words, English Words

	// Zone is the readers' time zone, for times in a workbook; nil is UTC. Other formats have all times in UTC.
	Zone *time.Location

	Run      pipeline.Run
	Provider *pipeline.Provider // may be nil: then only Run's names are shown
	Carry    []string           // names of the carried columns, as the book spells them
	// CarryRaw writes carried cells into CSV as the book has them, including formulas.
	CarryRaw bool
	// Sent are the fields that the rows fill, for the sheet of a workbook that shows what would be sent; nil omits
	// the sheet.
	Sent []string
	// Ledger is where a person finds the ledger; "" when it is not kept.
	Ledger string
	// Compared says that Outcome.New is known: the rows were compared with earlier runs.
	Compared bool
	// Check says that nothing was sent and nothing will be: a pending row is one that an import would send.
	Check bool
	// Standing says that the lines are the present state of the rows over all runs of a ledger: Run has no ID, and a
	// line names the run that left it so, if any.
	Standing bool
	// Open says that only the run's rows that need a person are lines.
	Open bool
	// Password encrypts a workbook; "" does not. Other formats refuse one.
	Password string
	// PasswordFile is the file with the password; "" when there is none.
	PasswordFile string
	Fix          FixSource
	// Delimiter is that of CSV; 0 is a comma.
	Delimiter rune
	Kept      Kept
}

// FixSource is what the sheet Fix of a workbook needs of the book.
type FixSource struct {
	// Origin is what importing the sheet needs; nil: no sheet Fix.
	Origin  *pipeline.Origin
	Columns []string // the book's header
	Hidden  []int    // positions in Columns, from 0, of columns that the book hides
	Choices []Choice // of the columns with drop-downs
	// Labels are what people call columns, by their positions in Columns, from 0: of those whose headers are names of
	// fields, as in a template.
	Labels map[int]pipeline.Localized
}

// Tail is what is known after the last line.
type Tail struct {
	Finished time.Time // zero when the run never finished
	// Counts are the run's. Nil skips the comparison with the lines.
	Counts pipeline.Counts
	Halt   *pipeline.Message   // why the run did not finish; nil when it did
	Notes  []*pipeline.Message // ignored columns, warnings
	// Customers is how many customers the rows are, where several rows may be one customer; otherwise 0.
	Customers int
	Pace      *pipeline.Message // the allowed pace; nil when nothing was sent
	// Kinds are the kinds of problems with known remedies, for the first sheet.
	Kinds []*Kind
	// Mapping is what filled the fields, in the order of the book's columns, for workbooks only.
	Mapping []MappedField
	// Unanswered are uncertain requests of other runs; nil when there are none. Only a workbook has them.
	Unanswered iter.Seq2[Request, error]
}

// Writer writes one report. It is used by one goroutine at a time. The caller must call Close or Abort; calling both
// is fine (defer Abort).
type Writer interface {
	// Line adds one row of the book. It keeps nothing of its argument.
	Line(Line) error
	// Close puts the file in place. When it fails there is no new file, and an older one of that name is unchanged,
	// with one exception: with a *MismatchError the file is there, and its counts do not add up.
	Close(Tail) error
	// Abort leaves no file behind. It may be called any number of times, and does nothing after Close.
	Abort()
	// Path is where the file is after Close, or will be.
	Path() string
	// Moved is, after Close, where an edited file was moved that was in the report's place; "" when there was none,
	// or it could not be moved.
	Moved() string
}

// Create begins a report at path: .xlsx, .csv or .jsonl. A file of that name is replaced on Close, unless it was
// edited ([Kept]). A path that is not possible for a report is a [pipeline.Mistake], at once.
func Create(path string, h Head) (Writer, error) { return create(path, false, h) }

// CreateNew is Create for a path that the user did not name: an existing file is never replaced. When the name is
// taken on Close the report is called NAME-2, NAME-3 and so on; Path says which.
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

// DefaultPath is the path of a run's report when the user names none: in the working directory, BOOK.RUN.results.xlsx
// (pipeline/README.md, Reports), with BOOK the book's name without folder and extension. A book without a name, such
// as "-", is called "book"; a very long name is cut to what file systems allow.
func DefaultPath(book, run string) string {
	name := filepath.Base(book)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if name == "" || name == "-" || name == "." || name == string(filepath.Separator) {
		name = "book"
	}
	// Most file systems allow 255 bytes; run ID, extensions and the temporary file's additions need the rest.
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
