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

// FilledBook is a file that a person has filled in, open at the sheet to read when it is not a report.
type FilledBook interface {
	FilledSheet
	Sheets() []string // nil for a CSV
	// OpenSheet opens another sheet, which is valid as long as the book.
	OpenSheet(name string) (FilledSheet, error)
}

// Verdict is a row of a sheet in which a person says what became of a customer.
type Verdict struct {
	Line int // its row in the sheet
	// Row and Key say which customer is meant, as the sheet has them, and Run to which run the row belongs; "" where
	// the sheet does not say.
	Row, Key, Run string
	State         pipeline.State // that the report has in the row; "" without one
	// Said is the verdict, and Column its column. A word, in any language, is given as programs spell it: absent,
	// accept, or a state.
	Said   string
	Column string
	// Filled is the ID in the column customer_id, when the report left that empty and it is not the verdict itself;
	// else "".
	Filled string
}

// UnreadVerdict is a cell that could not be read, in a row that would otherwise be a verdict.
type UnreadVerdict struct {
	Line    int
	Column  string // "" when the sheet has no such column
	Problem pipeline.Problem
}

// Columns of a sheet of verdicts, by the names that English and programs use. All others are for people.
const (
	VerdictRow        = "row"
	VerdictState      = "state"
	VerdictCustomerID = "customer_id"
	VerdictKey        = "key"
	VerdictRun        = "run"
	VerdictSettle     = "settle"
)

// VerdictSheet is a report, or any other sheet with a row or a key and a verdict, as a person has filled it in.
type VerdictSheet struct {
	Verdicts []Verdict
	Unread   []UnreadVerdict
	// OwnRun is the run whose report the sheet is; "" when nothing in it says so. A report's column run has the run
	// of the request that created the customer, which may be an earlier one for known, existing and changed rows.
	OwnRun string
	// FirstRun is the first run that is named in the sheet.
	FirstRun string

	place   pipeline.Place
	words   *verdictWords
	spelled map[string]string // column name to its header in the sheet
	at      map[string]int    // column name to its index
}

// Place is a place in the sheet; a column has the sheet's own name, and none when the sheet does not have it.
func (s *VerdictSheet) Place(line int, column string) pipeline.Place {
	place := s.place
	place.Row, place.Column = line, s.spelled[column]
	return place
}

// ReadVerdicts reads what people filled in in a report, or in a sheet of their own, in any of the languages. In a
// results workbook it reads all sheets of results and of uncertain requests, unless the user named the sheet to read.
// What a person can correct is a [*pipeline.Mistake].
func ReadVerdicts(ctx context.Context, b FilledBook, named bool, languages []Words) ([]*VerdictSheet, error) {
	words := newVerdictWords(languages)
	var origin pipeline.Origin
	var ofReport []string
	if !named {
		var err error
		if origin, err = originOf(ctx, b); err != nil {
			return nil, err
		}
		ofReport = words.sheetsToRead(b, &origin)
	}
	if len(ofReport) == 0 {
		s, err := readVerdicts(ctx, b, "", words)
		if err != nil {
			return nil, err
		}
		return []*VerdictSheet{s}, nil
	}
	var sheets []*VerdictSheet
	for _, name := range ofReport {
		sheet, err := b.OpenSheet(name)
		if err != nil {
			return nil, err
		}
		s, err := readVerdicts(ctx, sheet, origin.Run, words)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

// originOf is the origin that the workbook has; the zero value when it has none.
func originOf(ctx context.Context, b FilledBook) (none pipeline.Origin, err error) {
	if !slices.Contains(b.Sheets(), pipeline.OriginSheet) {
		return none, nil
	}
	sheet, err := b.OpenSheet(pipeline.OriginSheet)
	if err != nil {
		return none, nil // it cannot be read, so that it is not muster's
	}
	rows, err := pipeline.OriginRows(ctx, sheet.Rows)
	if err != nil {
		return none, err
	}
	// An origin that was altered, or of another version, is ignored; the rows may name their run themselves.
	origin, _, err := pipeline.ParseOrigin(rows)
	if err != nil {
		return none, nil
	}
	return origin, nil
}

// readVerdicts reads one sheet; own is the run whose report it is known to be.
func readVerdicts(ctx context.Context, sheet FilledSheet, own string, words *verdictWords) (*VerdictSheet, error) {
	s := &VerdictSheet{OwnRun: own, words: words, place: pipeline.Place{File: sheet.Name(), Sheet: sheet.Sheet()}}
	if err := s.readHeader(sheet.Header()); err != nil {
		return nil, err
	}
	runs := map[string]bool{} // that rows name as the report's own
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
		name := s.words.column(c.Name)
		if name == "" {
			continue
		}
		if s.has(name) {
			return pipeline.Wrong("report.same_column", "first", s.spelled[name], "second", c.Name, "column", name).
				Try("report.leave_column_out").At(file)
		}
		s.spelled[name], s.at[name] = c.Name, c.Index
	}
	switch {
	case !s.has(VerdictSettle) && !s.has(VerdictCustomerID):
		return pipeline.Wrong("report.no_verdict_column", "settle", columnSettle(), "customer_id", columnCustomerID()).
			Advise(verdictAdvice()).At(file)
	case !s.has(VerdictRow) && !s.has(VerdictKey):
		return pipeline.Wrong("report.no_row_or_key", "row", columnRow(), "key", columnKey()).
			Advise(verdictAdvice()).At(file)
	}
	return nil
}

// verdictAdvice says which columns a sheet of verdicts needs.
func verdictAdvice() *pipeline.Message {
	return pipeline.Say("report.verdict_sheet", "settle", columnSettle(), "row", columnRow(), "key", columnKey())
}

func (s *VerdictSheet) has(column string) bool {
	_, ok := s.at[column]
	return ok
}

// verdict is the verdict of a row; Said is "" when it has none.
func (s *VerdictSheet) verdict(row pipeline.Row) Verdict {
	cell := func(column string) string {
		if i, ok := s.at[column]; ok {
			return strings.Clone(row.Cells[i])
		}
		return ""
	}
	plain := func(column string) string { return pipeline.UnescapeFormula(cell(column)) }
	v := Verdict{Line: row.Number, Row: cell(VerdictRow), Key: plain(VerdictKey), Run: cell(VerdictRun),
		State: pipeline.State(s.words.word(cell(VerdictState))), Said: s.words.word(plain(VerdictSettle)),
		Column: VerdictSettle}
	id := s.words.word(plain(VerdictCustomerID))
	switch {
	case v.Said != "" && !runOfRequest(v.State):
		v.Filled = id
	case v.Said == "" && !filledByMuster(v.State):
		v.Said, v.Column = id, VerdictCustomerID
	}
	return v
}

// unread notes the cells of a row that could not be read and are needed: the verdict itself; in a row with a verdict,
// the cells that identify it; and text in a column without a header.
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

// runOfRequest reports whether a report's rows in that state have the run of the request that created the customer,
// which may be another one, and the customer's ID.
func runOfRequest(s pipeline.State) bool {
	return s == pipeline.Created || s == pipeline.Known || s == pipeline.Existing || s == pipeline.Changed
}

// filledByMuster reports whether the ID in a report's row was written by muster. For an existing row the ledger tells
// who wrote it.
func filledByMuster(s pipeline.State) bool { return runOfRequest(s) && s != pipeline.Existing }
