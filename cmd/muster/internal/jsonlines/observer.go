package jsonlines

import (
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/wording"
)

// progressEvery is how often a progress line is printed.
const progressEvery = 5 * time.Second

// Observer prints the events of a run as lines.
type Observer struct {
	to    *Printer
	words *wording.Wording
	// exitCode gives the exit code of a run that ended.
	exitCode func(enrol.Ending) int
	dir      string
	track    *progress.Track
	now      func() time.Time
	end      func() // ends the progress lines
}

// NewObserver prints to a printer, and words problems with words. exitCode gives the exit code of a run that ended;
// dir is the folder of the books, "" without one; now is the clock.
func NewObserver(to *Printer, words *wording.Wording, exitCode func(enrol.Ending) int, dir string,
	now func() time.Time) *Observer {
	return &Observer{to: to, words: words, exitCode: exitCode, dir: dir, track: progress.NewTrack(now), now: now}
}

// See prints the event's line, if it has one.
func (o *Observer) See(e enrol.Event) {
	if e, ok := e.(enrol.Paused); ok {
		if status, fresh := o.track.Pause(e); fresh {
			o.to.Print(Pause{Run: e.Run, Reason: "asked", Seconds: e.Wait.Round(time.Millisecond).Seconds(),
				Until: pipeline.Timestamp(e.Until), HTTPStatus: status})
		}
		return
	}
	o.track.See(e)
	switch e := e.(type) {
	case enrol.Noted:
		o.to.Print(Note{Run: e.Run, Message: o.words.Message(e.Message)})
	case enrol.Planned:
		o.to.Print(planOf(e))
	case enrol.Staged:
		if s := e.Stage; s.At == importer.StageOutage {
			o.to.Print(Pause{Run: e.Run, Reason: "outage", Until: pipeline.Timestamp(s.Until),
				Seconds: s.Until.Sub(o.now()).Round(time.Millisecond).Seconds()})
		}
	case enrol.SendBegan:
		o.end = progress.Every(progressEvery, o.progress)
	case enrol.SendEnded:
		o.end()
	case enrol.Piloted:
		o.to.Print(o.pilotOf(e))
	case enrol.Halted:
		o.to.Print(Halt{Run: e.Run, Reason: e.Halt.Reason, Message: o.words.Error(e.Halt),
			Hint: o.words.Message(e.Halt.Hint)})
	case enrol.RowEnded:
		if e.Result.State != pipeline.Known && !e.Result.Waiting {
			o.to.Print(o.rowOf(e))
		}
	case enrol.Finished:
		o.to.Print(SummaryOf(e.Ending, o.exitCode(e.Ending), o.words))
	case enrol.SettledOnly:
		open := e.Ending.Unsettled
		o.to.Print(Settled{Run: e.Ending.Run.ID, Dir: o.dir, Settled: e.Was - open, Unsettled: open})
	case enrol.Waiting:
		o.to.Print(Waiting{Ledger: e.Ledger, Holder: e.Holder, Since: Stamp(e.Since)})
	case enrol.LeftAlone:
		o.to.Print(LeftAlone{File: e.Path, Message: o.words.Message(e.Why)})
	case enrol.Refused:
		reason, place := e.Reason()
		o.to.Print(Refused{Book: e.Book, Reason: reason, Place: place.String()})
	case enrol.Postponed:
		o.to.Print(Postponed{Book: e.Book, Message: o.words.Message(e.Why)})
	case enrol.Moved:
		o.to.Print(Moved{Book: e.Book, To: e.To})
	}
}

func (o *Observer) progress() {
	if v, ok := o.track.View(); ok {
		o.to.Print(Progress{Run: v.Run, Stage: v.Stage.At, Settled: v.Settled, Ready: v.Ready, InFlight: v.Flight,
			PerSecond: v.Rate, Counts: CountsOf(v.Counts)})
	}
}

func planOf(e enrol.Planned) Plan {
	others := pipeline.Counts{}
	for s, n := range e.Customers {
		if s != pipeline.Pending {
			others[s] = n
		}
	}
	return Plan{Run: e.Run, Env: e.Target.Namespace.Env, BaseURL: e.BaseURL, Rows: e.Counts.Total(),
		Customers: e.Customers.Total(), Ready: e.Sends, Pilot: e.Pilot, Counts: CountsOf(others),
		KnownCustomers: e.Known, Unsettled: e.Unsettled, Seconds: e.Least.Seconds()}
}

func (o *Observer) pilotOf(e enrol.Piloted) Pilot {
	rows := []PilotRow{}
	for _, r := range e.Outcomes {
		rows = append(rows, PilotRow{Row: r.Row, State: r.State, Message: o.words.Message(r.Message),
			CustomerID: r.CustomerID, Code: r.Code, ProviderStatus: r.ProviderStatus, RequestID: r.RequestID,
			HTTPStatus: r.HTTPStatus, Attempts: r.Attempts})
	}
	return Pilot{Run: e.Run, Rows: rows, Left: e.Left, Passed: e.Passed()}
}

func (o *Observer) rowOf(e enrol.RowEnded) Row {
	r := &e.Result.Outcome
	problems := []Problem{}
	for _, p := range e.Result.Problems {
		problems = append(problems, Problem{Column: p.Name(), Cell: p.Cell(), Code: p.Code,
			Message: o.words.Placed(p, wording.Cell)})
	}
	return Row{Run: e.Run, Row: r.Row, State: r.State, Message: o.words.Message(r.Message), Problems: problems,
		CustomerID: r.CustomerID, Code: r.Code, ProviderStatus: r.ProviderStatus, RequestID: r.RequestID,
		HTTPStatus: r.HTTPStatus, Attempts: r.Attempts}
}

// SummaryOf is the last line of a book.
func SummaryOf(e enrol.Ending, exitCode int, words *wording.Wording) Summary {
	t, run := &e.Tally, &e.Run
	n := run.Namespace
	s := Summary{Run: run.ID, Provider: n.Provider, Env: n.Env, Account: n.Account, Book: run.Book, Rows: t.Rows(),
		Customers: t.Customers, Counts: CountsOf(t.Counts), Unsettled: e.Unsettled, NewProblems: t.Fresh.Total(),
		ExitCode: exitCode, Report: append([]string{}, e.Reports...)}
	if h := e.Halt; h != nil {
		s.Halt = &SummaryHalt{Reason: h.Reason, Message: words.Error(h)}
	}
	return s
}
