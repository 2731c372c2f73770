package reports

import (
	"context"
	"slices"
	"strings"

	"muster/pipeline"
)

// FilledSheet is a sheet that a person has filled in.
type FilledSheet interface {
	Name() string  // path of the file, as the user gave it
	Sheet() string // "" for a CSV
	Header() []pipeline.Column
	// Rows calls each for every row below the header; see [pipeline.Row].
	Rows(ctx context.Context, each func(pipeline.Row) error) error
}

// FilledBook is a file that a person has filled in, open at the sheet that is
// read where none of it is of a report.
type FilledBook interface {
	FilledSheet
	Sheets() []string // nil for a CSV
	// OpenSheet opens another sheet, which lasts as long as the book.
	OpenSheet(name string) (FilledSheet, error)
}

// Verdict is a row of a sheet in which a person says what became of a customer.
type Verdict struct {
	Line int // its row in the sheet
	// Row and Key say which customer is meant, as the sheet has them, and Run
	// which run that row is of; "" where the sheet does not say.
	Row, Key, Run string
	State         pipeline.State // that the report gave the row; "" without one
	// Said is the verdict, and Column the column that it stands in.
	Said   string
	Column string
	// Filled is the ID in the column customer_id, where the report left it empty
	// and it is not the verdict itself; else "".
	Filled string
}

// UnreadVerdict is a cell that could not be read, in a row that would be a
// verdict with it.
type UnreadVerdict struct {
	Line    int
	Column  string // "" where the sheet has no such column
	Problem pipeline.Problem
}

// Columns of a sheet of verdicts. All others are for people.
const (
	VerdictRow        = "row"
	VerdictState      = "state"
	VerdictCustomerID = "customer_id"
	VerdictKey        = "key"
	VerdictRun        = "run"
	VerdictSettle     = "settle"
)

var verdictColumns = []string{VerdictRow, VerdictState, VerdictCustomerID, VerdictKey, VerdictRun, VerdictSettle}

// VerdictSheet is a report, or any other sheet with a row or a key and a
// verdict, as a person gave it back.
type VerdictSheet struct {
	Verdicts []Verdict
	Unread   []UnreadVerdict
	// OwnRun is the run that the sheet is the report of; "" when nothing in it
	// says so. A report's column run is that of the request that made the
	// customer, so that of a known, an existing or a changed row it may be an
	// earlier one.
	OwnRun string
	// FirstRun is the first run that is named at all.
	FirstRun string

	place   pipeline.Place
	spelled map[string]string // column to its header, as the sheet spells it
	at      map[string]int    // column to its index
}

// Place is where something stands in the sheet; a column is named as the sheet
// spells it, and not at all where it has none.
func (s *VerdictSheet) Place(line int, column string) pipeline.Place {
	place := s.place
	place.Row, place.Column = line, s.spelled[column]
	return place
}

// ReadVerdicts reads what persons said of the rows of a report, or in a sheet of
// their own. Of a results workbook it reads all sheets of results and of what is
// uncertain, unless the user named the sheet to read. What a person can put
// right is a [*pipeline.Mistake].
func ReadVerdicts(ctx context.Context, b FilledBook, named bool) ([]*VerdictSheet, error) {
	var ofReport []string
	if !named {
		ofReport = slices.DeleteFunc(b.Sheets(), func(name string) bool { return !holdsVerdicts(name) })
	}
	if len(ofReport) == 0 {
		s, err := readVerdicts(ctx, b, "")
		if err != nil {
			return nil, err
		}
		return []*VerdictSheet{s}, nil
	}
	run, err := runOfWorkbook(ctx, b)
	if err != nil {
		return nil, err
	}
	var sheets []*VerdictSheet
	for _, name := range ofReport {
		sheet, err := b.OpenSheet(name)
		if err != nil {
			return nil, err
		}
		s, err := readVerdicts(ctx, sheet, run)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

// holdsVerdicts tells the sheets of a report in which a person may have said
// something: Results and Uncertain, each of which may go on in another.
func holdsVerdicts(sheet string) bool {
	for _, title := range []string{pipeline.ResultsSheet, pipeline.UncertainSheet} {
		if sheet == title || strings.HasPrefix(sheet, title+" ") {
			return true
		}
	}
	return false
}

// runOfWorkbook is the run that the workbook says it comes from; "" where it
// does not say.
func runOfWorkbook(ctx context.Context, b FilledBook) (string, error) {
	if !slices.Contains(b.Sheets(), pipeline.OriginSheet) {
		return "", nil
	}
	sheet, err := b.OpenSheet(pipeline.OriginSheet)
	if err != nil {
		return "", nil // nothing can be read of it: it is none of muster's
	}
	rows, err := pipeline.OriginRows(ctx, sheet.Rows)
	if err != nil {
		return "", err
	}
	// One that was altered, or of another version, says nothing of use; the rows
	// may name their run themselves.
	origin, _, err := pipeline.ParseOrigin(rows)
	if err != nil {
		return "", nil
	}
	return origin.Run, nil
}

// readVerdicts reads one sheet; own is the run that it is known to be of.
func readVerdicts(ctx context.Context, sheet FilledSheet, own string) (*VerdictSheet, error) {
	s := &VerdictSheet{OwnRun: own, place: pipeline.Place{File: sheet.Name(), Sheet: sheet.Sheet()}}
	if err := s.readHeader(sheet.Header()); err != nil {
		return nil, err
	}
	runs := map[string]bool{} // that rows name as their own
	err := sheet.Rows(ctx, func(row pipeline.Row) error {
		v := s.verdict(row)
		if s.FirstRun == "" {
			s.FirstRun = v.Run
		}
		if v.Run != "" && s.has(VerdictState) && !runOfRequest(v.State) {
			runs[v.Run] = true
		}
		if s.unread(row, v.Said != "") || v.Said == "" {
			return nil
		}
		s.Verdicts = append(s.Verdicts, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s.OwnRun == "" && len(runs) == 1 {
		for run := range runs {
			s.OwnRun = run
		}
	}
	for i := range s.Verdicts {
		if v := &s.Verdicts[i]; runOfRequest(v.State) {
			v.Run = s.OwnRun
		}
	}
	return s, nil
}

func (s *VerdictSheet) readHeader(header []pipeline.Column) error {
	s.spelled, s.at = map[string]string{}, map[string]int{}
	file := pipeline.Place{File: s.place.File}
	for _, c := range header {
		name := strings.ToLower(c.Name)
		if !slices.Contains(verdictColumns, name) {
			continue
		}
		if s.has(name) {
			return pipeline.Mistakef("the columns %q and %q are both %s", s.spelled[name], c.Name, name).
				At(file).Try("leave one of the two out")
		}
		s.spelled[name], s.at[name] = c.Name, c.Index
	}
	const advice = "give back a report of muster with the verdicts in a column settle, " +
		"or a sheet with the columns row (or key) and settle"
	switch {
	case !s.has(VerdictSettle) && !s.has(VerdictCustomerID):
		return pipeline.Mistakef("has no column settle, and no column customer_id").At(file).Try(advice)
	case !s.has(VerdictRow) && !s.has(VerdictKey):
		return pipeline.Mistakef("has no column row, and no column key, so that nothing says which rows are meant").
			At(file).Try(advice)
	}
	return nil
}

func (s *VerdictSheet) has(column string) bool {
	_, ok := s.at[column]
	return ok
}

// verdict is what a row says; nothing was said where Said is "".
func (s *VerdictSheet) verdict(row pipeline.Row) Verdict {
	cell := func(column string) string {
		if i, ok := s.at[column]; ok {
			return strings.Clone(row.Cells[i])
		}
		return ""
	}
	plain := func(column string) string { return pipeline.UnescapeFormula(cell(column)) }
	v := Verdict{Line: row.Number, Row: cell(VerdictRow), Key: plain(VerdictKey), Run: cell(VerdictRun),
		State: pipeline.State(cell(VerdictState)), Said: plain(VerdictSettle), Column: VerdictSettle}
	id := plain(VerdictCustomerID)
	switch {
	case v.Said != "" && !runOfRequest(v.State):
		v.Filled = id
	case v.Said == "" && !filledByMuster(v.State):
		v.Said, v.Column = id, VerdictCustomerID
	}
	return v
}

// unread notes the cells of a row that could not be read and that matter: a
// verdict itself, of a row with a verdict whatever says which row it is of, and
// what was typed where the header has no column.
func (s *VerdictSheet) unread(row pipeline.Row, said bool) (found bool) {
	for _, p := range row.Problems {
		column := ""
		for name, i := range s.at {
			if p.Column != nil && p.Column.Index == i {
				column = name
			}
		}
		verdict := column == VerdictSettle || column == VerdictCustomerID
		if verdict || said && column != "" || p.Code == pipeline.ProblemExtraCell {
			s.Unread = append(s.Unread, UnreadVerdict{Line: row.Number, Column: column, Problem: p})
			found = true
		}
	}
	return found
}

// runOfRequest: a report gives these rows the run of the request that made the
// customer, which need not be its own, and the customer's ID.
func runOfRequest(s pipeline.State) bool {
	return s == pipeline.Created || s == pipeline.Known || s == pipeline.Existing || s == pipeline.Changed
}

// filledByMuster: the ID that a report has in such a row is muster's. Of an
// existing row the ledger tells whose it is.
func filledByMuster(s pipeline.State) bool { return runOfRequest(s) && s != pipeline.Existing }
