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

// Verdict is a row of a sheet in which a person gives a customer's result.
type Verdict struct {
	Line int // its row in the sheet
	// Row and Key say which customer is meant, as the sheet has them, and Run
	// which run that row is of; "" where the sheet does not say.
	Row, Key, Run string
	State         pipeline.State // that the report gave the row; "" without one
	// Said is the verdict, and Column its column. One that is a word, in whatever
	// language, is that of programs: absent, accept, or a state.
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

// Columns of a sheet of verdicts, as they are called in English and by programs.
// All others are for people.
const (
	VerdictRow        = "row"
	VerdictState      = "state"
	VerdictCustomerID = "customer_id"
	VerdictKey        = "key"
	VerdictRun        = "run"
	VerdictSettle     = "settle"
)

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
	words   *verdictWords
	spelled map[string]string // column to its header, as the sheet spells it
	at      map[string]int    // column to its index
}

// Place is a place in the sheet; a column is named as the sheet
// spells it, and not at all where it has none.
func (s *VerdictSheet) Place(line int, column string) pipeline.Place {
	place := s.place
	place.Row, place.Column = line, s.spelled[column]
	return place
}

// ReadVerdicts reads what people filled in in a report, or in a sheet of their
// own, in any of the languages. Of a results workbook it reads all sheets of
// results and of what is uncertain, unless the user named the sheet to read. What
// a person can put right is a [*pipeline.Mistake].
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

// originOf is what the workbook says of where it comes from; the zero value
// where it says nothing.
func originOf(ctx context.Context, b FilledBook) (none pipeline.Origin, err error) {
	if !slices.Contains(b.Sheets(), pipeline.OriginSheet) {
		return none, nil
	}
	sheet, err := b.OpenSheet(pipeline.OriginSheet)
	if err != nil {
		return none, nil // it cannot be read, so it is none of muster's
	}
	rows, err := pipeline.OriginRows(ctx, sheet.Rows)
	if err != nil {
		return none, err
	}
	// One that was altered, or of another version, is of no use; the rows may name
	// their run themselves.
	origin, _, err := pipeline.ParseOrigin(rows)
	if err != nil {
		return none, nil
	}
	return origin, nil
}

// readVerdicts reads one sheet; own is the run that it is known to be of.
func readVerdicts(ctx context.Context, sheet FilledSheet, own string, words *verdictWords) (*VerdictSheet, error) {
	s := &VerdictSheet{OwnRun: own, words: words, place: pipeline.Place{File: sheet.Name(), Sheet: sheet.Sheet()}}
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

// verdictAdvice says what a sheet of verdicts has to have.
func verdictAdvice() *pipeline.Message {
	return pipeline.Say("report.verdict_sheet", "settle", columnSettle(), "row", columnRow(), "key", columnKey())
}

func (s *VerdictSheet) has(column string) bool {
	_, ok := s.at[column]
	return ok
}

// verdict is what a row says; Said is "" where it says nothing.
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

// unread notes the cells of a row that could not be read and that are needed: a
// verdict itself; in a row with a verdict, the cells that identify it; and what
// was typed where the header has no column.
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
