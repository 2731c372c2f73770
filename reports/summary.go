package reports

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// summary is the first sheet: what was done, where, when, by which version,
// what came of it and what to do next.
type summary struct {
	page
	head  Head
	tail  Tail
	lines pipeline.Counts // counted from the lines of the report
	// withoutID are the lines of rows that exist under an unknown ID.
	withoutID int
	kinds     *frequency
}

const topKinds = 10

func (s *summary) write() error {
	s.begin()
	s.title("Results of run " + s.head.Run.ID)
	if s.head.Run.Namespace.Rehearsal() {
		s.band(s.styles.banner, 30, "REHEARSAL: nothing left this machine; the customer IDs are made up")
	}
	if halt := s.halt(); halt != "" {
		s.gap()
		s.paragraph(s.styles.halt, "Halted: "+halt)
	}
	if s.tail.Counts != nil {
		if d := difference(s.tail.Counts, s.lines); d != "" {
			s.paragraph(s.styles.halt, "This report does not add up: "+d)
		}
	}
	from, to := s.outcomes()
	s.nextSteps()
	s.chart(from, to)
	s.breakPage()
	s.frequentProblems()
	s.particulars()
	s.notes()
	return s.end()
}

func (s *summary) halt() string {
	if s.tail.Halt != "" {
		return s.tail.Halt
	}
	return s.head.Run.Halt
}

// outcomes writes the counts and gives the first and last row of them.
func (s *summary) outcomes() (from, to int) {
	s.heading("What became of the rows")
	s.columns("state", "rows", "what it means")
	from = s.row
	for _, state := range pipeline.States() {
		n := s.lines[state]
		look, words, number := s.styles.stateFill[state], s.styles.indented, s.styles.count
		if n == 0 {
			look, words, number = s.styles.dim, s.styles.dimIndented, s.styles.dim
		}
		s.text(0, look, string(state))
		s.number(1, number, n)
		s.text(2, words, Meaning(state))
		s.next(0)
	}
	to = s.row - 1
	s.text(0, s.styles.total, "all rows")
	s.number(1, s.styles.total, s.lines.Total())
	s.text(2, s.styles.total, "")
	s.next(0)
	return from, to
}

func (s *summary) nextSteps() {
	s.heading("What to do next")
	e := Ending{Counts: s.lines, WithoutID: s.withoutID, Provider: s.head.Provider, Rehearsal: s.head.Run.Namespace.Rehearsal(), Unanswered: s.tail.Unanswered}
	steps := NextSteps(e)
	if e.Rehearsal {
		steps = append(steps, "This was a rehearsal. When it looks right, import the book again with --env sandbox or --env production (and --base-url, where the provider publishes none).")
	}
	for _, step := range steps {
		s.paragraph(s.styles.wrapped, "• "+step)
	}
	if len(s.tail.Unanswered) > 0 {
		s.heading("Never answered, sent by earlier runs")
		for _, u := range s.tail.Unanswered {
			s.paragraph(s.styles.wrapped, "• "+u)
		}
	}
}

func (s *summary) frequentProblems() {
	top := s.kinds.top(topKinds)
	if len(top) == 0 {
		return
	}
	s.heading("The most frequent problems")
	s.columns("code", "rows", "column of the book")
	for _, k := range top {
		code := k.code
		if code == "" {
			code = "(no code)"
		}
		column := k.column
		if column == "" {
			column = "(the row as a whole)"
		}
		s.text(0, s.styles.text, code)
		s.number(1, s.styles.count, k.count)
		s.text(2, s.styles.indented, column)
		s.next(0)
	}
	if s.kinds.others > 0 {
		s.text(0, s.styles.text, "(others)")
		s.number(1, s.styles.count, s.kinds.others)
		s.next(0)
	}
}

func (s *summary) particulars() {
	run, provider := s.head.Run, s.head.Provider
	name, digest := run.Namespace.Provider, run.Digest
	if provider != nil {
		if provider.Title != "" {
			name = provider.Title + " (" + name + ")"
		}
		if digest == "" {
			digest = provider.Digest
		}
	}
	env := run.Namespace.Env
	if run.Namespace.Rehearsal() {
		env += " (the built-in stand-in)"
	}
	finished := s.tail.Finished
	if finished.IsZero() {
		finished = run.Finished
	}
	duration := ""
	if !finished.IsZero() && !run.Started.IsZero() {
		duration = finished.Sub(run.Started).Round(time.Second).String()
	}
	s.heading("What, where and when")
	s.pair("Book", filepath.Base(run.Book))
	if dir := filepath.Dir(run.Book); dir != "." {
		s.pair("Path", run.Book)
	}
	s.pair("Sheet", run.Sheet)
	s.pair("SHA-256", run.SHA256)
	s.pair("Rows", grouped(s.lines.Total()))
	if n := s.tail.Customers; n > 0 {
		s.pair("Customers", grouped(n))
	}
	s.pair("Provider", name)
	s.pair("Environment", env)
	s.pair("Host", run.BaseURL)
	s.pair("Account", run.Namespace.Account)
	s.pair("Run", run.ID)
	s.pair("Started", people(run.Started))
	if finished.IsZero() {
		s.pair("Finished", "not finished")
	} else {
		s.pair("Finished", people(finished))
	}
	s.pair("Duration", duration)
	s.pair("Pace", s.tail.Pace)
	s.pair("Mapping", orNone(run.Mapping))
	s.pair("muster version", run.Version)
	s.pair("Definition digest", digest)
}

func (s *summary) notes() {
	if len(s.tail.Notes) == 0 {
		return
	}
	s.heading("Notes")
	for _, note := range s.tail.Notes {
		s.paragraph(s.styles.wrapped, "• "+note)
	}
}

// chart draws the counts as columns.
func (s *summary) chart(from, to int) {
	s.heading("Rows by state")
	one, gap := false, uint(60)
	least := 0.0
	s.drawing(&excelize.Chart{
		Type: excelize.Col,
		Series: []excelize.ChartSeries{{
			Name:       summarySheet + "!" + absolute(1, from-1),
			Categories: summarySheet + "!" + absolute(0, from) + ":" + absolute(0, to),
			Values:     summarySheet + "!" + absolute(1, from) + ":" + absolute(1, to),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"305496"}},
		}},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: &one,
		GapWidth:   &gap,
		PlotArea:   excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		XAxis:      excelize.ChartAxis{Font: excelize.Font{Color: "404040", Size: 10}},
		YAxis:      excelize.ChartAxis{None: true, Minimum: &least},
		Border:     excelize.LineOptions{Type: excelize.LineNone},
		Format:     excelize.GraphicOptions{AltText: "Columns: how many rows ended in each state"},
		Dimension:  excelize.ChartDimension{Width: 980, Height: 200},
	}, 11)
}

// people writes a time for people: UTC, and says so.
func people(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return "none"
	}
	return s
}
