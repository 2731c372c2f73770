package reports

import (
	"cmp"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// summary is the first sheet: which book, how far it got, where and when, what to do next, and the results.
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

func (s *summary) write() error {
	s.widths = []float64{24, 12, 110}
	if s.head.Compared {
		s.widths = []float64{24, 12, 14, 96}
	}
	s.begin()
	s.text(0, s.styles.title, abridged(filepath.Base(s.head.Run.Book)))
	s.next(28)
	s.merged(0, s.styles.headline, s.words.Message(s.headline()), 0, 1)
	s.try(s.file.SetRowHeight(s.sheet, s.row-1, 24))
	lead := s.words.Message(s.lead())
	s.merged(0, s.styles.lead, lead, s.width(0)*11/12, 1) // in a larger font than the others
	switch {
	case s.head.Check:
		s.band(s.styles.banner, 30, "report.banner_check")
	case s.head.Run.Namespace.Rehearsal():
		s.band(s.styles.banner, 30, "report.banner_rehearsal")
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
	s.nextSteps()
	s.problemKinds()
	s.outcomes()
	s.notes()
	s.gap()
	if s.head.Sent != nil {
		s.paragraph(s.styles.small, "report.about_sent", "sheet", sheetAsSent())
	}
	if s.head.Standing {
		s.paragraph(s.styles.small, "report.more_about_standing", "sheet", sheetAbout())
	} else {
		s.paragraph(s.styles.small, "report.more_about", "run", s.head.Run.ID, "sheet", sheetAbout())
	}
	return s.end()
}

func resultsOf(h *Head) *pipeline.Message {
	if h.Standing {
		return pipeline.Say("report.standing_of", "book", abridged(filepath.Base(h.Run.Book)))
	}
	return pipeline.Say("report.results_of", "run", h.Run.ID)
}

// headline says how far the book got.
func (s *summary) headline() *pipeline.Message {
	c, all := s.lines, s.lines.Total()
	enrolled := c[pipeline.Created] + c[pipeline.Known] + c[pipeline.Existing]
	var parts []*pipeline.Message
	add := func(n int, m *pipeline.Message) {
		if n > 0 {
			parts = append(parts, m)
		}
	}
	if s.head.Check {
		add(enrolled, pipeline.Say("report.part_enrolled", "count", enrolled, "number", grouped(enrolled)))
	}
	n := s.noted.toFix
	add(n, pipeline.Say("report.part_to_fix", "number", grouped(n)))
	n = c[pipeline.Uncertain]
	add(n, pipeline.Say("report.part_uncertain", "number", grouped(n)))
	n = s.noted.withoutID
	add(n, pipeline.Say("report.part_without_id", "number", grouped(n)))
	if n = c[pipeline.Pending]; !s.head.Check {
		add(n, pipeline.Say("report.part_pending", "count", n, "number", grouped(n)))
	}
	share := func(n int) int { return 100 * n / max(all, 1) } // rounded down, so that 100 % means all
	var how *pipeline.Message
	switch {
	case s.head.Open:
		how = pipeline.Say("report.headline_open", "count", all, "number", grouped(all))
	case s.head.Check:
		how = pipeline.Say("report.headline_check", "number", grouped(n), "rows", grouped(all),
			"share", share(n))
	case s.head.Run.Namespace.Rehearsal():
		how = pipeline.Say("report.headline_rehearsal", "number", grouped(enrolled),
			"rows", grouped(all), "share", share(enrolled))
	default:
		how = pipeline.Say("report.headline", "number", grouped(enrolled), "rows", grouped(all),
			"share", share(enrolled))
	}
	if parts == nil {
		return how
	}
	return pipeline.Say("report.headline_and", "headline", how, "parts", parts)
}

// lead says where the book was sent, when, and by whom.
func (s *summary) lead() *pipeline.Message {
	run, n := s.head.Run, s.head.Run.Namespace
	// Each is a text, or more than one in words.
	var provider, when any = providerTitle(&s.head), pipeline.MomentIn(run.Started, s.head.Zone)
	if n.Account != "" {
		provider = pipeline.Say("report.provider_and_account", "provider", provider, "account", n.Account)
	}
	if run.Person != "" {
		when = pipeline.Say("report.at_and_by", "time", when, "person", run.Person)
	}
	if s.head.Standing {
		return pipeline.Say("report.lead_standing", "provider", provider, "env", n.Env, "when", when)
	}
	if s.head.Check || n.Rehearsal() {
		return pipeline.Say("report.lead_here", "provider", provider, "when", when)
	}
	return pipeline.Say("report.lead_import", "provider", provider, "env", n.Env, "when", when)
}

func providerTitle(h *Head) string {
	if p := h.Provider; p != nil && p.Title != "" {
		return p.Title
	}
	return h.Run.Namespace.Provider
}

// abridged cuts the middle of a very long name; the full one is below.
func abridged(name string) string {
	const most = 60
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most/2]) + "…" + string(runes[len(runes)-most/2+1:])
}

func (s *summary) halt() *pipeline.Message { return cmp.Or(s.tail.Halt, s.head.Run.Halt) }

// outcomes writes the counts of the states that occur, and draws them.
func (s *summary) outcomes() {
	s.keepTogether(len(s.lines) + len(s.lines)*6/5 + 5)
	if s.head.Check {
		s.heading("report.outcomes_of_check")
	} else {
		s.heading("report.outcomes")
	}
	last := len(s.widths) - 1
	s.table(pipeline.Say("report.column_state"), pipeline.Say("report.column_meaning"))
	from := s.row
	var states []pipeline.State
	for _, state := range pipeline.States() {
		n := s.lines[state]
		if n == 0 {
			continue
		}
		states = append(states, state)
		s.text(0, s.styles.stateFill[state], s.terms.states[state])
		s.number(1, s.styles.count, n)
		if s.head.Compared && state.NeedsFix() {
			s.number(2, s.styles.count, s.noted.fresh[state])
		}
		meaning := Meaning(state)
		if s.head.Check && state == pipeline.Pending {
			meaning = MeaningOfReady()
		}
		if state == pipeline.Duplicate && n == s.noted.repeated {
			meaning = meaningOfRepeated()
		}
		s.wide(s.styles.indented, s.words.Message(meaning))
	}
	s.say(0, s.styles.total, "report.all_rows")
	s.number(1, s.styles.total, s.lines.Total())
	for i := 2; i <= last; i++ {
		s.text(i, s.styles.total, "")
	}
	s.next(0)
	if s.head.Compared {
		s.paragraph(s.styles.small, "report.what_new_rows_are")
	}
	if states != nil {
		s.chart(from, states)
	}
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
	e := Ending{Counts: s.lines, WithoutID: s.noted.withoutID, Repeated: s.noted.repeated, Provider: s.head.Provider,
		Rehearsal: s.head.Run.Namespace.Rehearsal(), Check: s.head.Check,
		Unanswered: s.noted.elsewhere, Workbook: s.path, Ledger: s.head.Ledger, PasswordFile: s.head.PasswordFile}
	if s.fix != nil && s.fix.held > 0 {
		e.Fix, e.ToFix = FixCommand(s.fix.head.Fix.Origin, s.path), s.fix.held
	}
	for _, step := range NextSteps(e) {
		s.item(step.Sentences...)
		if step.Command != "" {
			s.line(s.styles.command, step.Command)
		}
	}
	s.aboutFix()
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

// chart draws the counts as bars, each in the colour of its state.
func (s *summary) chart(from int, states []pipeline.State) {
	none, gap, least := false, uint(30), 0.0
	s.gap()
	sheet := quotedSheet(s.sheet) + "!"
	// A series for each state, because the library gives all bars of one series one colour.
	var series []excelize.ChartSeries
	for i, state := range states {
		series = append(series, excelize.ChartSeries{
			Name:       sheet + absolute(0, from+i),
			Categories: sheet + absolute(1, from-1),
			Values:     sheet + absolute(1, from+i),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{stateColour(state).chart}},
		})
	}
	const bar, edges = 24, 28 // pixels
	s.drawing(&excelize.Chart{
		Type:       excelize.Bar,
		Series:     series,
		Legend:     excelize.ChartLegend{Position: "right"},
		VaryColors: &none,
		GapWidth:   &gap,
		PlotArea:   excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		XAxis:      excelize.ChartAxis{None: true, ReverseOrder: true},
		YAxis:      excelize.ChartAxis{None: true, Minimum: &least},
		Border:     excelize.LineOptions{Type: excelize.LineNone},
		Format:     excelize.GraphicOptions{AltText: s.sentence("report.chart")},
		Dimension:  excelize.ChartDimension{Width: 640, Height: uint(edges + bar*len(states))},
	}, (edges+bar*len(states))/20+1)
}
