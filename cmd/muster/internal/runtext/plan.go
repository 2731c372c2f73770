package runtext

import (
	"fmt"
	"strconv"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// Plan says what was found, before anything is sent.
func Plan(words *wording.Wording, look Look, p enrol.Planned) string {
	words = look.Words(words)
	c := p.Customers
	lines := []countLine{{name: words.Say("run.to_send"), n: p.Sends, note: sendingText(words, p)}}
	if p.Pilot > 0 {
		lines = append(lines, countLine{name: words.Say("run.pilot_first"), n: p.Pilot,
			note: words.Say("run.one_of_each_kind")})
	}
	if n := c[pipeline.Known] + c[pipeline.Existing]; n > 0 {
		lines = append(lines, countLine{name: words.State(pipeline.Known), n: n, note: words.Say("run.known", "count", n),
			state: pipeline.Known})
	}
	fix := pipeline.Counts{pipeline.Invalid: c[pipeline.Invalid], pipeline.Duplicate: c[pipeline.Duplicate],
		pipeline.Changed: c[pipeline.Changed]}
	if fix[pipeline.Duplicate] -= min(p.Repeated, fix[pipeline.Duplicate]); fix[pipeline.Duplicate] == 0 {
		delete(fix, pipeline.Duplicate)
	}
	if n := fix.Total(); n > 0 {
		lines = append(lines, countLine{name: words.Say("run.to_fix"), n: n, note: words.Say("run.fix", "count", n, "counts", fix),
			state: pipeline.Invalid})
	}
	if n := p.Repeated; n > 0 {
		lines = append(lines, countLine{name: words.Say("run.repeated", "count", n), n: n, note: words.Say("run.repeats", "count", n)})
	}
	if n := c[pipeline.Uncertain]; n > 0 {
		how := pipeline.Say("run.settled_first", "count", n)
		if !p.Asks {
			how = pipeline.Say("run.settle_by_hand", "count", n)
		}
		lines = append(lines, countLine{name: words.Say("run.unsettled"), n: n, note: words.Message(how),
			state: pipeline.Uncertain})
	}
	head := words.Say("run.in_the_book", "rows", rowsOf(p.Counts.Total(), c.Total()))
	return head + "\n" + strings.TrimSuffix(countLines(words, look, lines), "\n")
}

// sendingText says how many of the ready rows are sent, and how fast.
func sendingText(words *wording.Wording, p enrol.Planned) string {
	var notes []string
	if p.Sends < p.Ready {
		notes = append(notes, words.Say("run.of_ready", "count", p.Ready))
	}
	if rate := p.Target.Limit.Rate; p.Sends > 0 && rate.N > 0 {
		notes = append(notes, words.Say("run.takes", "time", pipeline.Roughly(p.Least), "rate", rate.String()))
	}
	if p.Sends > 0 {
		notes = append(notes, words.Say("run.open_at_once", "count", p.Target.Limit.Concurrency))
	}
	return strings.Join(notes, ", ")
}

// PilotLine is a row of a pilot: its state, and its ID or what the provider
// said.
func PilotLine(words *wording.Wording, look Look, o pipeline.Outcome) string {
	says := o.CustomerID
	if o.State != pipeline.Created {
		var parts []string
		if o.CustomerID != "" {
			parts = append(parts, o.CustomerID)
		}
		if o.HTTPStatus != 0 {
			parts = append(parts, strings.TrimSpace("HTTP "+strconv.Itoa(o.HTTPStatus)+" "+o.Code))
		}
		if o.Message != nil {
			parts = append(parts, words.Message(o.Message))
		}
		for _, p := range o.Problems {
			parts = append(parts, strings.TrimSpace(p.Field+" "+words.Placed(p, wording.Cell)))
		}
		says = strings.Join(parts, ": ")
	}
	row, state := words.Say("place.row", "number", o.Row), fmt.Sprintf("%-10s", words.State(o.State))
	return strings.TrimRight(fmt.Sprintf("  %-10s %s %s", row, look.Painted(o.State, state), says), " ")
}
