package reports

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"

	"muster/pipeline"
)

// MappedField is what filled a field, for an auditor, with the cells of one row as an example. Secrets in it are
// masked.
type MappedField struct {
	Column  string // as the book spells it, several with a "+" between them; "" for a constant
	Convert string // the conversions; "" for none
	Field   string
	In, Out string // the cells, and the value made from them; "" when no row was valid
}

// about is the sheet for an auditor: what was run, by whom and with which files, and how the columns became fields.
type about struct {
	page
	head Head
	tail Tail
	rows int
}

func (a *about) write() error {
	a.widths = []float64{30, 30, 34, 30, 30}
	a.begin()
	a.say(0, a.styles.title, "report.particulars")
	a.next(28)
	a.particulars()
	a.mapping()
	return a.end()
}

// total is a number as the page has it.
func (a *about) total(n int) string {
	return a.words.Message(pipeline.Say("total", "number", grouped(n)))
}

func (a *about) particulars() {
	run := a.head.Run
	digest := run.Digest
	if a.head.Provider != nil {
		digest = cmp.Or(digest, a.head.Provider.Digest)
	}
	finished := cmp.Or(a.tail.Finished, run.Finished)
	a.pair(filepath.Base(run.Book), "report.label_book")
	if filepath.Dir(run.Book) != "." {
		a.pair(run.Book, "report.label_path")
	}
	a.pair(run.Sheet, "report.label_sheet")
	a.pair(run.SHA256, "report.label_sha256")
	a.pair(a.total(a.rows), "report.label_rows")
	if n := a.tail.Customers; n > 0 {
		a.pair(a.total(n), "report.label_customers")
	}
	a.pair(a.providerName(), "report.label_provider")
	a.pair(a.environment(), "report.label_env")
	a.pair(run.BaseURL, "report.label_host")
	a.pair(run.Namespace.Account, "report.label_account")
	a.pair(run.ID, "report.label_run")
	a.pair(pipeline.MomentIn(run.Started, a.head.Zone), "report.label_started")
	if finished.IsZero() {
		a.pair(a.sentence("report.not_finished"), "report.label_finished")
	} else {
		a.pair(pipeline.MomentIn(finished, a.head.Zone), "report.label_finished")
		if !run.Started.IsZero() {
			// To the millisecond, as a ledger stores both, so that a report that is written again is the same.
			took := finished.Truncate(time.Millisecond).Sub(run.Started.Truncate(time.Millisecond))
			a.pair(a.sentence("report.duration", "took", pipeline.Roughly(took)), "report.label_duration")
		}
	}
	a.pair(a.by(), "report.label_by")
	a.pair(a.words.Message(a.tail.Pace), "report.label_pace")
	a.pair(cmp.Or(strings.TrimSpace(run.Mapping), a.sentence("report.no_mapping")), "report.label_mapping")
	a.pair(run.MappingSHA256, "report.label_mapping_sha256")
	a.pair(a.head.Ledger, "report.label_ledger")
	a.pair(run.Version, "report.label_version")
	a.pair(digest, "report.label_digest")
}

// mapping lists what filled the fields.
func (a *about) mapping() {
	if len(a.tail.Mapping) == 0 {
		return
	}
	a.heading("report.mapping")
	a.paragraph(a.styles.small, "report.what_mapping_samples_are")
	for i, title := range []*pipeline.Message{pipeline.Say("report.column_column"), pipeline.Say("report.column_convert"),
		pipeline.Say("report.column_field"), pipeline.Say("report.column_cell_example"),
		pipeline.Say("report.column_sent_example")} {
		a.text(i, a.styles.header, a.words.Message(title))
	}
	a.next(0)
	for _, m := range a.tail.Mapping {
		lines := 1
		for i, text := range []string{m.Column, m.Convert, m.Field, m.In, m.Out} {
			a.text(i, a.styles.columnWrap, text)
			lines = max(lines, linesOf(text, a.widths[i]))
		}
		a.next(float64(lines) * lineHeight)
	}
}

// providerName is the provider's title, and its name in commands.
func (a *about) providerName() string {
	title, name := providerTitle(&a.head), a.head.Run.DefinitionName()
	if title == name {
		return name
	}
	return title + " (" + name + ")"
}

func (a *about) environment() string {
	n := a.head.Run.Namespace
	if n.Rehearsal() {
		return a.sentence("report.env_of_standin", "env", n.Env)
	}
	return n.Env
}

// by is who ran muster, and where; "" where neither is known.
func (a *about) by() string {
	switch run := a.head.Run; {
	case run.Machine == "":
		return run.Person
	case run.Person == "":
		return a.sentence("report.by_machine", "machine", run.Machine)
	default:
		return a.sentence("report.by_person_on_machine", "person", run.Person, "machine", run.Machine)
	}
}
