package reports

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// summary is the first sheet: what was done, where, when, by whom and by which
// version, what came of it and what to do next.
type summary struct {
	page
	head  Head
	tail  Tail
	path  string          // of the report
	lines pipeline.Counts // counted from the lines of the report
	noted *noted
	fix   *fix // the sheet Fix
}

const topKinds = 10

func (s *summary) write() error {
	s.widths = []float64{24, 12, 110}
	if s.head.Compared {
		s.widths = []float64{24, 12, 12, 98}
	}
	s.begin()
	if s.head.Check {
		s.title("Check of " + abridged(filepath.Base(s.head.Run.Book)))
	} else {
		s.title("Results of run " + s.head.Run.ID) // `muster settle` reads the run from here
	}
	s.merged(0, s.styles.lead, s.lead(), s.width(0)*11/12, 1) // a larger letter than the others
	switch {
	case s.head.Check:
		s.band(s.styles.banner, 36, "CHECK: nothing was sent")
	case s.head.Run.Namespace.Rehearsal():
		s.band(s.styles.banner, 36, "REHEARSAL: nothing left this machine; the customer IDs are made up")
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
	s.mend()
	if s.chart(from, to) {
		s.breakPage()
	}
	s.frequentProblems()
	s.particulars()
	s.notes()
	return s.end()
}

// lead says in a sentence what this is about.
func (s *summary) lead() string {
	run := s.head.Run
	text := rowsText(s.lines.Total()) + " of " + abridged(filepath.Base(run.Book))
	if run.Sheet != "" {
		text += ", sheet " + abridged(run.Sheet)
	}
	name := run.Namespace.Provider
	if s.head.Provider != nil && s.head.Provider.Title != "" {
		name = s.head.Provider.Title
	}
	switch {
	case s.head.Check:
		text += ", checked for " + name
	case run.Namespace.Rehearsal():
		text += ", rehearsed for " + name
	default:
		text += ", into " + name + ", " + run.Namespace.Env
	}
	if run.Namespace.Account != "" {
		text += ", account " + run.Namespace.Account
	}
	if !run.Started.IsZero() {
		text += ", on " + pipeline.Moment(run.Started)
	}
	if run.Person != "" {
		text += ", by " + run.Person
	}
	return text + "."
}

// abridged leaves the middle of a very long name out; it stands in full below.
func abridged(name string) string {
	const most = 60
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most/2]) + "…" + string(runes[len(runes)-most/2+1:])
}

func (s *summary) halt() string {
	if s.tail.Halt != "" {
		return s.tail.Halt
	}
	return s.head.Run.Halt
}

// outcomes writes the counts and gives the first and last row of them.
func (s *summary) outcomes() (from, to int) {
	if s.head.Check {
		s.heading("What import would do with the rows")
	} else {
		s.heading("What became of the rows")
	}
	last := len(s.widths) - 1
	names := []string{"state", "rows", "what it means"}
	if s.head.Compared {
		names = []string{"state", "rows", "new rows", "what it means"}
	}
	s.columns(names...)
	from = s.row
	for _, state := range pipeline.States() {
		n := s.lines[state]
		look, words, number := s.styles.stateFill[state], s.styles.indented, s.styles.count
		if n == 0 {
			look, words, number = s.styles.dim, s.styles.dimIndented, s.styles.dim
		}
		s.text(0, look, string(state))
		s.number(1, number, n)
		if s.head.Compared && state.NeedsFix() {
			s.number(2, number, s.noted.fresh[state])
		}
		meaning := Meaning(state)
		if s.head.Check && state == pipeline.Pending {
			meaning = MeaningOfReady
		}
		s.text(last, words, meaning)
		s.next(0)
	}
	to = s.row - 1
	s.text(0, s.styles.total, "all rows")
	s.number(1, s.styles.total, s.lines.Total())
	for i := 2; i <= last; i++ {
		s.text(i, s.styles.total, "")
	}
	s.next(0)
	if s.head.Compared {
		s.paragraph(s.styles.small, "New rows: no earlier run left the same row, unaltered, in the same state.")
	}
	return from, to
}

func (s *summary) nextSteps() {
	s.heading("What to do next")
	e := Ending{Counts: s.lines, WithoutID: s.noted.withoutID, Provider: s.head.Provider,
		Rehearsal: s.head.Run.Namespace.Rehearsal(), Check: s.head.Check,
		Unanswered: s.noted.elsewhere, Mendable: s.fix != nil && s.fix.held > 0, Workbook: s.path, Ledger: s.head.Ledger,
		PasswordFile: s.head.PasswordFile}
	for _, step := range NextSteps(e) {
		s.paragraph(s.styles.wrapped, "• "+step)
	}
}

func (s *summary) frequentProblems() {
	top := s.noted.kinds.top(topKinds)
	if len(top) == 0 {
		return
	}
	s.heading("The most frequent problems")
	last := len(s.widths) - 1
	names := []string{"code", "rows", "column, and what is wrong there"}
	if s.head.Compared {
		names = []string{"code", "rows", "new rows", "column, and what is wrong there"}
	}
	s.columns(names...)
	line := func(code string, k kindCount, words string) {
		s.text(0, s.styles.text, code)
		s.number(1, s.styles.count, k.rows)
		if s.head.Compared {
			s.number(2, s.styles.count, k.fresh)
		}
		s.text(last, s.styles.indented, words)
		s.next(float64(linesOf(words, s.widths[last])) * lineHeight)
	}
	for _, k := range top {
		code := k.code
		if code == "" {
			code = "(no code)"
		}
		column := k.column
		if column == "" {
			column = "The row as a whole"
		}
		words := column
		if k.message != "" {
			words += ", first in row " + strconv.Itoa(k.row) + ": " + k.message
		}
		line(code, k, words)
	}
	if more := len(s.noted.kinds.kinds) - len(top); more > 0 || s.noted.kinds.others > 0 {
		k := kindCount{}
		for _, other := range s.noted.kinds.top(len(s.noted.kinds.kinds))[len(top):] {
			k.rows += other.rows
			k.fresh += other.fresh
		}
		k.rows += s.noted.kinds.others
		s.text(0, s.styles.text, "(others)")
		s.number(1, s.styles.count, k.rows)
		words := grouped(more) + " more kinds; the sheet Problems has all"
		if s.noted.kinds.others > 0 {
			words = "more than " + grouped(more) + " more kinds; the sheet Problems has all"
		}
		s.text(last, s.styles.indented, words)
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
	if filepath.Dir(run.Book) != "." {
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
	s.pair("Started", pipeline.Moment(run.Started))
	if finished.IsZero() {
		s.pair("Finished", "not finished")
	} else {
		s.pair("Finished", pipeline.Moment(finished))
	}
	s.pair("Duration", duration)
	by := run.Person
	if run.Machine != "" {
		by = strings.TrimSpace(by + " on " + run.Machine)
	}
	s.pair("By", by)
	s.pair("Pace", s.tail.Pace)
	s.pair("Mapping", orNone(run.Mapping))
	s.pair("Mapping SHA-256", run.MappingSHA256)
	s.pair("Ledger", s.head.Ledger)
	s.pair("muster version", run.Version)
	s.pair("Definition digest", digest)
}

func (s *summary) notes() {
	notes := s.tail.Notes
	if s.noted.unlinked > 0 {
		notes = append(notes[:len(notes):len(notes)],
			fmt.Sprintf("A sheet has room for %s links: of %s in Results the number is no link; find them in Problems or "+
				"Uncertain by their number.", grouped(maxLinks), rowsText(s.noted.unlinked)))
	}
	if len(notes) == 0 {
		return
	}
	s.heading("Notes")
	for _, note := range notes {
		s.paragraph(s.styles.wrapped, "• "+note)
	}
}

const chartRows = 11 // that the chart lies over

// chart draws the counts as columns, on the first page where there is room.
func (s *summary) chart(from, to int) (firstPage bool) {
	firstPage = s.keepTogether(chartRows + 3)
	s.heading("Rows by state")
	one, gap := false, uint(60)
	least := 0.0
	s.gap()
	s.drawing(&excelize.Chart{
		Type: excelize.Col,
		Series: []excelize.ChartSeries{{
			Name:       pipeline.SummarySheet + "!" + absolute(1, from-1),
			Categories: pipeline.SummarySheet + "!" + absolute(0, from) + ":" + absolute(0, to),
			Values:     pipeline.SummarySheet + "!" + absolute(1, from) + ":" + absolute(1, to),
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
	}, chartRows)
	return firstPage
}

func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return "none"
	}
	return s
}
