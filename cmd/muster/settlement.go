package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"

	"muster/pipeline"
	"muster/pipeline/book"
)

// settlement is one line of a settlement sheet that says something, or may.
type settlement struct {
	Line       int    `csv:"line"` // its row in the sheet
	Row        string `csv:"row"`  // in the run's book
	State      string `csv:"state"`
	CustomerID string `csv:"customer_id"`
	Key        string `csv:"key"`
	Run        string `csv:"run"`
	Settle     string `csv:"settle"`
}

// settlementColumns are the columns that are read; all others are for people.
var settlementColumns = []string{"row", "state", "customer_id", "key", "run", "settle"}

// settlementSheet is what a person filled in: a report of muster's, or any
// sheet with a row or a key, and a verdict.
type settlementSheet struct {
	path    string
	sheet   string
	spelled map[string]string // column to its header, as the sheet spells it
	lines   []settlement
	// broken are the cells that could not be read.
	broken []settleMistake
	// ownRun is the run that the sheet is the report of; "" when nothing in it
	// says so. A report's `run` is that of the request that made the customer,
	// so that of a known, an existing or a changed row it may be an earlier one.
	ownRun string
	// firstRun is the first run that is named at all.
	firstRun string
	own      map[string]bool // the runs that own rows name
}

// settleMistake is one mistake in a settlement sheet.
type settleMistake struct {
	sheet  *settlementSheet
	line   int
	column string // as settlementColumns has it; "" when no column is concerned
	text   string
}

func (m settleMistake) String() string {
	where := m.sheet.path
	if m.sheet.sheet != "" {
		where += fmt.Sprintf(", sheet %q", m.sheet.sheet)
	}
	where += fmt.Sprintf(", row %d", m.line)
	if m.column != "" {
		where += ", column " + m.sheet.spelled[m.column]
	}
	return where + ": " + m.text
}

// holdsVerdicts tells the sheets of a report in which a person may have said
// something: Results and Uncertain, each of which may go on in another.
func holdsVerdicts(sheet string) bool {
	for _, title := range []string{"Results", "Uncertain"} {
		if sheet == title || strings.HasPrefix(sheet, title+" ") {
			return true
		}
	}
	return false
}

// readSettlements reads the file; of a workbook the sheet of that name, else
// the results of a report and what is uncertain in it, all sheets of them, else
// the first visible one.
func readSettlements(ctx context.Context, path, sheet, passwordFile string) ([]*settlementSheet, error) {
	password, err := readPassword(passwordFileFlag, passwordFile)
	if err != nil {
		return nil, err
	}
	b, err := book.Open(path, book.Options{Sheet: sheet, Password: password})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	var results []string
	if sheet == "" {
		for _, name := range b.Sheets() {
			if holdsVerdicts(name) {
				results = append(results, name)
			}
		}
	}
	if len(results) == 0 {
		s, err := readSettlementSheet(ctx, b)
		return []*settlementSheet{s}, err
	}
	run := ""
	if b.Sheet() == "Summary" {
		titles := b.Titles()
		for _, c := range b.Header() {
			titles = append(titles, c.Name)
		}
		if len(titles) > 0 {
			run = titles[0][strings.LastIndex(titles[0], " ")+1:] // Results of run ...
		}
	}
	var sheets []*settlementSheet
	for _, name := range results {
		one, err := book.Open(path, book.Options{Sheet: name, Password: password})
		if err != nil {
			return nil, err
		}
		s, err := readSettlementSheet(ctx, one)
		one.Close() // it was only read
		if err != nil {
			return nil, err
		}
		s.ownRun = run
		sheets = append(sheets, s)
	}
	return sheets, nil
}

func readSettlementSheet(ctx context.Context, b *book.Book) (*settlementSheet, error) {
	s := &settlementSheet{path: b.Name(), sheet: b.Sheet(), spelled: map[string]string{}, own: map[string]bool{}}
	at := map[string]int{}
	for _, c := range b.Header() {
		name := strings.ToLower(c.Name)
		if !slices.Contains(settlementColumns, name) {
			continue
		}
		if other, twice := s.spelled[name]; twice {
			return nil, pipeline.Mistakef("%s: the columns %q and %q are both %s", s.path, other, c.Name, name).Try("leave one of the two out")
		}
		s.spelled[name], at[name] = c.Name, c.Index
	}
	has := func(name string) bool { _, ok := at[name]; return ok }
	const advice = "give back a report of muster with the verdicts in a column settle, or a sheet with the columns row (or key) and settle"
	switch {
	case !has("settle") && !has("customer_id"):
		return nil, pipeline.Mistakef("%s: has no column settle, and no column customer_id", s.path).Try(advice)
	case !has("row") && !has("key"):
		return nil, pipeline.Mistakef("%s: has no column row, and no column key, so that nothing says which rows are meant", s.path).Try(advice)
	}
	pick := func(row pipeline.Row, name string) string {
		if i, ok := at[name]; ok {
			return row.Cells[i]
		}
		return ""
	}
	records := settlementRecords{append([]string{"line"}, settlementColumns...)}
	err := b.Rows(ctx, func(row pipeline.Row) error {
		run := pick(row, "run")
		if s.firstRun == "" {
			s.firstRun = run
		}
		state := pipeline.State(pick(row, "state"))
		if run != "" && has("state") && !runOfRequest(state) {
			s.own[run] = true
		}
		said := pick(row, "settle") != "" || pick(row, "customer_id") != "" && !filledByMuster(state)
		if s.unreadable(row, at, said) || !said {
			return nil
		}
		record := []string{strconv.Itoa(row.Number)}
		for _, name := range settlementColumns {
			record = append(record, strings.Clone(pick(row, name)))
		}
		records = append(records, record)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(s.own) == 1 {
		for run := range s.own {
			s.ownRun = run
		}
	}
	if err := gocsv.UnmarshalCSV(&records, &s.lines); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	return s, nil
}

// unreadable notes the cells of a row that could not be read and that matter:
// a verdict itself, whatever says which row it is of, and what was typed where
// the header has no column.
func (s *settlementSheet) unreadable(row pipeline.Row, at map[string]int, said bool) bool {
	found := false
	for _, p := range row.Problems {
		m := settleMistake{sheet: s, line: row.Number, text: p.Message}
		for name, i := range at {
			if p.Column != nil && p.Column.Index == i {
				m.column = name
			}
		}
		verdict := m.column == "settle" || m.column == "customer_id"
		if verdict || said && m.column != "" || p.Code == pipeline.ProblemExtraCell {
			s.broken = append(s.broken, m)
			found = true
		}
	}
	return found
}

// runOfRequest: a report gives these rows the run of the request that made
// the customer, which need not be its own.
func runOfRequest(s pipeline.State) bool {
	return s == pipeline.Created || s == pipeline.Known || s == pipeline.Existing || s == pipeline.Changed
}

// filledByMuster: the ID that a report has in such a row is muster's. Of an
// existing row the ledger tells whose it is.
func filledByMuster(s pipeline.State) bool { return runOfRequest(s) && s != pipeline.Existing }

// settlementRecords lets gocsv type what was picked from a book.
type settlementRecords [][]string

func (r *settlementRecords) Read() ([]string, error) {
	if len(*r) == 0 {
		return nil, io.EOF
	}
	first := (*r)[0]
	*r = (*r)[1:]
	return first, nil
}

func (r *settlementRecords) ReadAll() ([][]string, error) {
	all := *r
	*r = nil
	return all, nil
}
