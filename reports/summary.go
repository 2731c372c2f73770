package reports

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// summary is the first sheet: what was done, where, when, by whom and by which
// version, with which results, and what to do next.
type summary struct {
	page
	head  Head
	tail  Tail
	path  string          // of the report
	lines pipeline.Counts // counted from the lines of the report
	noted *noted
	fix   *fix // the sheet Fix
	terms *terms
}

const topKinds = 10

func (s *summary) write() error {
	s.widths = []float64{24, 12, 110}
	if s.head.Compared {
		s.widths = []float64{24, 12, 14, 96}
	}
	s.begin()
	if s.head.Check {
		s.title(pipeline.Say("report.check_of", "book", abridged(filepath.Base(s.head.Run.Book))))
	} else {
		s.title(resultsOf(&s.head.Run))
	}
	lead := s.words.Message(s.lead())
	s.merged(0, s.styles.lead, lead, s.width(0)*11/12, 1) // a larger letter than the others
	switch {
	case s.head.Check:
		s.band(s.styles.banner, 36, "report.banner_check")
	case s.head.Run.Namespace.Rehearsal():
		s.band(s.styles.banner, 36, "report.banner_rehearsal")
	}
	if halt := s.halt(); halt != nil {
		s.gap()
		s.paragraph(s.styles.halt, "report.halted", "reason", halt)
	}
	if s.tail.Counts != nil {
		if d := differences(s.tail.Counts, s.lines); d != nil {
			s.paragraph(s.styles.halt, "report.does_not_add_up", "differences", d)
		}
	}
	from, to := s.outcomes()
	s.nextSteps()
	s.rowsToFix()
	if s.chart(from, to) {
		s.breakPage()
	}
	s.frequentProblems()
	s.particulars()
	s.notes()
	return s.end()
}

func resultsOf(run *pipeline.Run) *pipeline.Message {
	return pipeline.Say("report.results_of", "run", run.ID)
}

// lead says in a sentence what this is about.
func (s *summary) lead() *pipeline.Message {
	run := s.head.Run
	rows, n := rowsText(s.lines.Total()), run.Namespace
	// Each is a text, or more than one in words.
	var book, provider, when any = abridged(filepath.Base(run.Book)), s.providerTitle(), run.Started
	if run.Sheet != "" {
		book = pipeline.Say("report.book_and_sheet", "book", book, "sheet", abridged(run.Sheet))
	}
	if n.Account != "" {
		provider = pipeline.Say("report.provider_and_account", "provider", provider, "account", n.Account)
	}
	if run.Person != "" {
		when = pipeline.Say("report.at_and_by", "time", run.Started, "person", run.Person)
	}
	switch {
	case s.head.Check:
		return pipeline.Say("report.lead_check", "rows", rows, "book", book, "provider", provider, "when", when)
	case n.Rehearsal():
		return pipeline.Say("report.lead_rehearsal", "rows", rows, "book", book, "provider", provider, "when", when)
	}
	return pipeline.Say("report.lead_import", "rows", rows, "book", book, "provider", provider, "env", n.Env,
		"when", when)
}

func (s *summary) providerTitle() string {
	if p := s.head.Provider; p != nil && p.Title != "" {
		return p.Title
	}
	return s.head.Run.Namespace.Provider
}

// abridged leaves the middle of a very long name out; the full one is below.
func abridged(name string) string {
	const most = 60
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most/2]) + "…" + string(runes[len(runes)-most/2+1:])
}

func (s *summary) halt() *pipeline.Message { return cmp.Or(s.tail.Halt, s.head.Run.Halt) }

// outcomes writes the counts and gives the first and last row of them.
func (s *summary) outcomes() (from, to int) {
	if s.head.Check {
		s.heading("report.outcomes_of_check")
	} else {
		s.heading("report.outcomes")
	}
	last := len(s.widths) - 1
	s.table(pipeline.Say("report.column_state"), pipeline.Say("report.column_meaning"))
	from = s.row
	for _, state := range pipeline.States() {
		n := s.lines[state]
		look, words, number := s.styles.stateFill[state], s.styles.indented, s.styles.count
		if n == 0 {
			look, words, number = s.styles.dim, s.styles.dimIndented, s.styles.dim
		}
		s.text(0, look, s.terms.states[state])
		s.number(1, number, n)
		if s.head.Compared && state.NeedsFix() {
			s.number(2, number, s.noted.fresh[state])
		}
		meaning := Meaning(state)
		if s.head.Check && state == pipeline.Pending {
			meaning = MeaningOfReady()
		}
		s.wide(words, s.words.Message(meaning))
	}
	to = s.row - 1
	s.say(0, s.styles.total, "report.all_rows")
	s.number(1, s.styles.total, s.lines.Total())
	for i := 2; i <= last; i++ {
		s.text(i, s.styles.total, "")
	}
	s.next(0)
	if s.head.Compared {
		s.paragraph(s.styles.small, "report.what_new_rows_are")
	}
	return from, to
}

// table is the header of a table of the rows of each kind.
func (s *summary) table(kind, explanation *pipeline.Message) {
	names := []*pipeline.Message{kind, pipeline.Say("report.column_rows")}
	if s.head.Compared {
		names = append(names, pipeline.Say("report.column_new_rows"))
	}
	s.columns(append(names, explanation)...)
}

// wide writes a text into the wide column, and ends the row.
func (s *summary) wide(style int, text string) {
	last := len(s.widths) - 1
	s.text(last, style, text)
	s.next(float64(linesOf(text, s.widths[last])) * lineHeight)
}

func (s *summary) nextSteps() {
	s.heading("report.next_steps")
	e := Ending{Counts: s.lines, WithoutID: s.noted.withoutID, Provider: s.head.Provider,
		Rehearsal: s.head.Run.Namespace.Rehearsal(), Check: s.head.Check,
		Unanswered: s.noted.elsewhere, Fixable: s.fix != nil && s.fix.held > 0, Workbook: s.path, Ledger: s.head.Ledger,
		PasswordFile: s.head.PasswordFile}
	for _, step := range NextSteps(e) {
		s.item(step...)
	}
}

func (s *summary) frequentProblems() {
	kinds := s.noted.kinds.top(len(s.noted.kinds.kinds))
	if len(kinds) == 0 {
		return
	}
	s.heading("report.frequent_problems")
	s.table(pipeline.Say("report.column_code"), pipeline.Say("report.column_problem"))
	for _, k := range kinds[:min(topKinds, len(kinds))] {
		s.kind(k)
	}
	if len(kinds) > topKinds {
		s.otherKinds(kinds[topKinds:])
	}
}

// kind is the line of a kind of problem.
func (s *summary) kind(k kindCount) {
	if k.code == "" {
		s.say(0, s.styles.text, "report.no_code")
	} else {
		s.text(0, s.styles.text, k.code)
	}
	s.number(1, s.styles.count, k.rows)
	if s.head.Compared {
		s.number(2, s.styles.count, k.fresh)
	}
	column := k.column
	if column == "" {
		column = s.sentence("report.whole_row")
	}
	if k.message != nil {
		column = s.sentence("report.first_problem", "column", column, "row", k.row, "message", k.message)
	}
	s.wide(s.styles.indented, column)
}

// otherKinds is the line of all that are less frequent.
func (s *summary) otherKinds(others []kindCount) {
	n := s.noted.kinds.others
	for _, k := range others {
		n += k.rows
	}
	s.say(0, s.styles.text, "report.other_codes")
	s.number(1, s.styles.count, n)
	number := grouped(len(others))
	text := pipeline.Say("report.more_kinds", "count", len(others), "number", number, "sheet", sheetProblems())
	if s.noted.kinds.others > 0 {
		text = pipeline.Say("report.many_more_kinds", "number", number, "sheet", sheetProblems())
	}
	s.wide(s.styles.indented, s.words.Message(text))
}

func (s *summary) particulars() {
	run := s.head.Run
	digest := run.Digest
	if s.head.Provider != nil {
		digest = cmp.Or(digest, s.head.Provider.Digest)
	}
	finished := s.tail.Finished
	if finished.IsZero() {
		finished = run.Finished
	}
	duration := ""
	if !finished.IsZero() && !run.Started.IsZero() {
		duration = finished.Sub(run.Started).Round(time.Second).String()
	}
	s.heading("report.particulars")
	s.pair(filepath.Base(run.Book), "report.label_book")
	if filepath.Dir(run.Book) != "." {
		s.pair(run.Book, "report.label_path")
	}
	s.pair(run.Sheet, "report.label_sheet")
	s.pair(run.SHA256, "report.label_sha256")
	s.pair(grouped(s.lines.Total()), "report.label_rows")
	if n := s.tail.Customers; n > 0 {
		s.pair(grouped(n), "report.label_customers")
	}
	s.pair(s.providerName(), "report.label_provider")
	s.pair(s.environment(), "report.label_env")
	s.pair(run.BaseURL, "report.label_host")
	s.pair(run.Namespace.Account, "report.label_account")
	s.pair(run.ID, "report.label_run")
	s.pair(pipeline.Moment(run.Started), "report.label_started")
	if finished.IsZero() {
		s.pair(s.sentence("report.not_finished"), "report.label_finished")
	} else {
		s.pair(pipeline.Moment(finished), "report.label_finished")
	}
	s.pair(duration, "report.label_duration")
	s.pair(s.by(), "report.label_by")
	s.pair(s.words.Message(s.tail.Pace), "report.label_pace")
	s.pair(cmp.Or(strings.TrimSpace(run.Mapping), s.sentence("report.no_mapping")), "report.label_mapping")
	s.pair(run.MappingSHA256, "report.label_mapping_sha256")
	s.pair(s.head.Ledger, "report.label_ledger")
	s.pair(run.Version, "report.label_version")
	s.pair(digest, "report.label_digest")
}

// providerName is the provider's title, and the name that commands take.
func (s *summary) providerName() string {
	title, name := s.providerTitle(), s.head.Run.Namespace.Provider
	if title == name {
		return name
	}
	return title + " (" + name + ")"
}

func (s *summary) environment() string {
	n := s.head.Run.Namespace
	if n.Rehearsal() {
		return s.sentence("report.env_of_standin", "env", n.Env)
	}
	return n.Env
}

// by is who ran muster, and where; "" where neither is known.
func (s *summary) by() string {
	switch run := s.head.Run; {
	case run.Machine == "":
		return run.Person
	case run.Person == "":
		return s.sentence("report.by_machine", "machine", run.Machine)
	default:
		return s.sentence("report.by_person_on_machine", "person", run.Person, "machine", run.Machine)
	}
}

func (s *summary) notes() {
	notes := s.tail.Notes
	if n := s.noted.unlinked; n > 0 {
		notes = append(notes[:len(notes):len(notes)], pipeline.Say("report.rows_without_link", "count", n,
			"number", grouped(n), "most", grouped(maxLinks), "results", sheetResults(), "problems", sheetProblems(),
			"uncertain", sheetUncertain()))
	}
	if len(notes) == 0 {
		return
	}
	s.heading("report.notes")
	for _, note := range notes {
		s.item(note)
	}
}

const chartRows = 11 // that the chart lies over

// chart draws the counts as columns, on the first page where there is room.
func (s *summary) chart(from, to int) (firstPage bool) {
	firstPage = s.keepTogether(chartRows + 3)
	s.heading("report.rows_by_state")
	one, gap := false, uint(60)
	least := 0.0
	s.gap()
	sheet := quotedSheet(s.sheet) + "!"
	s.drawing(&excelize.Chart{
		Type: excelize.Col,
		Series: []excelize.ChartSeries{{
			Name:       sheet + absolute(1, from-1),
			Categories: sheet + absolute(0, from) + ":" + absolute(0, to),
			Values:     sheet + absolute(1, from) + ":" + absolute(1, to),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"305496"}},
		}},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: &one,
		GapWidth:   &gap,
		PlotArea:   excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		XAxis:      excelize.ChartAxis{Font: excelize.Font{Color: "404040", Size: 10}},
		YAxis:      excelize.ChartAxis{None: true, Minimum: &least},
		Border:     excelize.LineOptions{Type: excelize.LineNone},
		Format:     excelize.GraphicOptions{AltText: s.sentence("report.chart")},
		Dimension:  excelize.ChartDimension{Width: 980, Height: 200},
	}, chartRows)
	return firstPage
}
