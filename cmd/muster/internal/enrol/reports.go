package enrol

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"muster/pipeline"
	"muster/reports"
)

// Reports are the files that a run writes.
type Reports struct {
	Paths []string // .xlsx, .csv or .jsonl
	// Default writes a workbook with the usual name into Folder when Paths is empty; a Folder of "" is the working
	// directory.
	Default   bool
	Folder    string
	Annotated string // path for a copy of the XLSX book with its rows' outcomes; "" for none
	Password  string // encrypts workbooks; "" leaves them open
	// PasswordFile is where the password was read from; "" when it was not.
	PasswordFile string
	NoFix        bool // leave out the sheet Fix
	CarryRaw     bool // write carried columns into CSV exactly as the book has them
	Delimiter    rune // of CSV; 0 is the book's
	// Languages are those in which existing reports may have been filled in; it may be nil.
	Languages func() []reports.Words
	// Spare are files that no report may overwrite, besides those that are read for the book: the ledger's.
	Spare []string
	Stdin io.Reader // where a book with the path "-" comes from
}

// standardInput names the book that comes through it.
const standardInput = "-"

// output is one report that is being written.
type output struct {
	reports.Writer        // nil when it could not be begun
	err            error  // why it cannot be written; else nil
	asked          string // the path that the user named; "" for the default
}

// fails gives up the report when err is not nil.
func (o *output) fails(err error) {
	if err != nil {
		o.err = err
		o.Abort()
	}
}

// writers are the reports of one run, written together. When one fails the others are still written.
type writers []*output

// with adds a report, or the error of beginning it.
func (w writers) with(asked string, report reports.Writer, err error) writers {
	return append(w, &output{report, err, asked})
}

func (w writers) line(l reports.Line) {
	for _, each := range w {
		if each.err == nil {
			each.fails(each.Line(l))
		}
	}
}

// close ends all reports, and returns why some could not be written.
func (w writers) close(t reports.Tail) error {
	for _, each := range w {
		if each.err == nil {
			each.fails(each.Close(t))
		}
	}
	return w.failed()
}

// failed is why some reports cannot be written; nil when all can.
func (w writers) failed() error {
	var errs []error
	for _, each := range w {
		errs = append(errs, each.err)
	}
	return errors.Join(errs...)
}

func (w writers) abort() {
	for _, each := range w {
		if each.err == nil {
			each.Abort()
		}
	}
}

// paths are those of the written reports.
func (w writers) paths() []string {
	var paths []string
	for _, each := range w {
		if each.err == nil {
			paths = append(paths, each.Path())
		}
	}
	return paths
}

// open begins all reports but the annotated copy; from is the book that the rows come from.
func (r *Reports) open(from string, head reports.Head) (all writers) {
	if len(r.Paths) == 0 && r.Default {
		report, err := reports.CreateNew(filepath.Join(r.Folder, reports.DefaultPath(from, head.Run.ID)), head)
		return all.with("", report, err)
	}
	for _, path := range r.Paths {
		report, err := reports.Create(path, head)
		all = all.with(path, report, err)
	}
	return all
}

// probe checks before anything is sent that the reports can be written. unannotated is why the book cannot be
// annotated because of its format; that is no error, because all else can be done.
func (r *Reports) probe(ctx context.Context, j *Job, b *Book, run string) (unannotated, err error) {
	if err := r.refuseOverwriting(b); err != nil {
		return nil, err
	}
	kept := j.earlierReports(ctx, nil).kept
	all := r.open(b.rowsFrom(), reports.Head{Words: j.Words, English: j.English, Run: pipeline.Run{ID: run},
		Provider: j.provider(), Password: r.Password, Kept: kept})
	all.abort()
	if err := all.failed(); err != nil {
		return nil, err
	}
	copied, err := r.annotate(b, reports.Original{Words: j.Words, Kept: kept})
	if copied != nil {
		copied.Abort()
	}
	if errors.Is(err, reports.ErrNotAnnotatable) {
		return err, nil
	}
	return nil, err
}

// warnUnannotated warns before anything is sent that there will be no annotated copy; cause is nil when there will be
// one, or none is asked for.
func (j *Job) warnUnannotated(run string, cause error) {
	if cause != nil {
		j.see(Noted{Run: run, Warning: true, Message: pipeline.Say("enrol.unannotated", "cause", cause)})
	}
}

// refuseOverwriting compares the reports with one another and with all files that are read.
func (r *Reports) refuseOverwriting(b *Book) error {
	for i, report := range r.Paths {
		for _, other := range r.Paths[:i] {
			if SameFile(report, other) {
				return pipeline.Wrong("enrol.report_twice", "path", report, "other", other).Try("enrol.name_another")
			}
		}
	}
	inputs := append(append([]string(nil), r.Spare...), b.files()...)
	for _, report := range r.Paths {
		for _, input := range inputs {
			switch {
			case input == standardInput && r.isInput(report):
				return pipeline.Wrong("enrol.report_over_input", "path", report).Try("enrol.name_another")
			case input != standardInput && SameFile(report, input):
				return pipeline.Wrong("enrol.report_over", "path", report, "file", input).Try("enrol.name_another")
			}
		}
	}
	return nil
}

// isInput reports whether standard input comes from the file at path.
func (r *Reports) isInput(path string) bool {
	from, ok := r.Stdin.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false // it is not a file
	}
	read, err := from.Stat()
	if err != nil {
		return false // reading it reports why
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(there, read)
}

// annotate begins the annotated copy of the book; nil when none is asked for.
func (r *Reports) annotate(b *Book, original reports.Original) (reports.Writer, error) {
	path := r.Annotated
	if path == "" {
		return nil, nil
	}
	if b.Origin() != nil {
		return nil, pipeline.Wrong("enrol.annotated_results", "path", path, "book", b.Name()).
			Try("enrol.report_says_more")
	}
	if b.Part() == "" {
		return nil, pipeline.Wrong("enrol.annotated_no_xlsx", "path", path, "book", b.Name()).
			Try("enrol.report_says_same")
	}
	if SameFile(path, b.Name()) {
		return nil, pipeline.Wrong("enrol.annotated_over_book", "path", path).Try("enrol.name_another")
	}
	for _, report := range r.Paths {
		if SameFile(report, path) {
			return nil, pipeline.Wrong("enrol.annotated_is_report", "path", path).Try("enrol.name_another")
		}
	}
	if b.Protected() && r.Password == "" {
		return nil, pipeline.Wrong("enrol.annotated_protected", "path", path).Try("enrol.report_with_password")
	}
	for _, other := range append(append([]string(nil), r.Spare...), b.files()...) {
		if SameFile(path, other) {
			return nil, pipeline.Wrong("enrol.annotated_over", "path", path, "file", other).Try("enrol.name_another")
		}
	}
	file, size := b.File()
	original.File, original.Size, original.Name, original.Part = file, size, b.Name(), b.Part()
	original.Password = r.Password
	original.HeaderRow, original.Columns = b.HeaderRow(), len(b.Header())
	w, err := reports.Annotate(path, original)
	if err != nil {
		return nil, fmt.Errorf("--annotated: %w", err)
	}
	return w, nil
}

// SameFile reports whether two paths lead to one file: by links of either kind, or by names that differ only in case
// or in how accents are composed, which many file systems treat as one name. A wrong yes only costs the user another
// name.
func SameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if filepath.Clean(a) == filepath.Clean(b) || sameInfo(a, b) {
		return true
	}
	alike := strings.EqualFold(norm.NFC.String(filepath.Base(a)), norm.NFC.String(filepath.Base(b)))
	return alike && sameInfo(filepath.Dir(a), filepath.Dir(b))
}

func sameInfo(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// Opens reports whether the run would write the content of an encrypted workbook into one that is not encrypted: b is
// the sheet Fix of such a workbook, and the report has no password.
func (r *Reports) Opens(b *Book) bool {
	if r.Password != "" || b.Origin() == nil || !b.Protected() {
		return false
	}
	return len(r.Paths) == 0 && r.Default || slices.ContainsFunc(r.Paths, func(path string) bool {
		return strings.EqualFold(filepath.Ext(path), ".xlsx")
	})
}
