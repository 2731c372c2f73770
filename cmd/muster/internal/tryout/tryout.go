package tryout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/submit"
)

// Try is one trial of a definition.
type Try struct {
	// Job has the target, its secrets and its ledger. It asks nobody, because that was done before.
	Job    enrol.Job
	Sample *Sample
	Out    io.Writer // what was sent, what came back, and the findings
}

// Result is how a trial ended.
type Result struct {
	Ending       enrol.Ending
	Outcome      pipeline.Outcome // of the customer; the zero value when none was sent
	Contradicted int
	Asks         bool // the provider can be asked what became of a request without an answer
}

// Plan says what will be sent.
func (t *Try) Plan() []*pipeline.Message {
	p := t.Job.Definition.Provider()
	lines := []*pipeline.Message{pipeline.Say("tryout.plan", "place", t.Job.Target.Place(), "file", t.Sample.From,
		"ledger", t.Job.Ledger.Path)}
	for _, f := range t.Sample.Fresh {
		lines = append(lines, pipeline.Say("tryout.plan_fresh", "field", f.Field, "value", f.Value))
	}
	var names []string
	for _, l := range p.LookUps {
		names = append(names, l.Name)
	}
	if len(names) > 0 {
		lines = append(lines, pipeline.Say("tryout.plan_look_ups", "names", names))
	}
	if Resends(p.Settle) {
		lines = append(lines, pipeline.Say("tryout.plan_resend", "by", string(p.Settle.By)))
	}
	return lines
}

// Run sends the customer, looks it up and sends it again where that is safe, and prints what it saw. ctx ends it at
// once; Job.Stop ends it after what is under way. The second request is sent once the first one's answer is on disk,
// and only when the definition calls it safe.
func (t *Try) Run(ctx context.Context) (*Result, error) {
	p := t.Job.Definition.Provider()
	recorder := NewRecorder(p)
	watch := &watcher{}
	j := t.Job
	j.Probe = enrol.Probe{Watch: recorder.Watch, Sends: recorder.Sends}
	if j.Observer != nil {
		j.Observer = enrol.Observers{watch, j.Observer}
	} else {
		j.Observer = watch
	}
	end, err := t.enrol(ctx, j)
	if err != nil {
		return nil, err
	}
	done := recorder.take()
	s := &seen{provider: p, outcome: watch.outcome, verdict: watch.verdict, reason: watch.reason}
	intent, _ := recorder.sent()
	if intent != nil {
		s.entries = intent.Entries
	}
	for i := range done {
		switch x := &done[i]; {
		case x.Call == callToken:
			s.token = x
		case x.Ours:
			s.create = x
		case x.Call == callAwait:
			s.asked++
		}
	}
	found := s.answers()
	if intent != nil && s.outcome.CustomerID != "" && !t.stopped() {
		if err := t.more(ctx, recorder, s, intent, &found); err != nil {
			return nil, err
		}
	}
	done = append(done, recorder.take()...)
	t.print(recorder, done, found)
	return &Result{Ending: end, Outcome: s.outcome, Contradicted: found.count(Contradicted),
		Asks: t.Job.AsksProvider()}, nil
}

// enrol imports the customer as every import does.
func (t *Try) enrol(ctx context.Context, j enrol.Job) (end enrol.Ending, err error) {
	folder, err := os.MkdirTemp("", "muster-try-")
	if err != nil {
		return end, pipeline.Fail("cmd_providers.no_temporary_folder", "cause", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "example.csv")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return end, err
	}
	if err := errors.Join(t.Sample.Write(f), f.Close()); err != nil {
		return end, err
	}
	return enrol.Import(ctx, j, enrol.Source{Path: path})
}

// more looks the customer up and sends it again, through a client of its own.
func (t *Try) more(ctx context.Context, r *Recorder, s *seen, in *pipeline.Intent, f *findings) error {
	j := &t.Job
	c, err := submit.New(submit.Options{Provider: s.provider, BaseURL: j.Target.BaseURL, AuthURL: j.Target.AuthURL,
		Secrets: j.Secrets, Concurrency: 1, Rate: j.Target.Limit.Rate, UserAgent: "muster/" + j.Author.Version,
		Certificate: j.Certificate, Watch: r.Watch, Now: j.Now})
	if err != nil {
		return pipeline.MistakeOf(err)
	}
	defer c.Close()
	c.Pause(j.Now().Add(j.Target.Limit.Rate.Interval())) // the last call of the import counts too
	t.lookUps(ctx, c, r, s, in, f)
	if !t.stopped() {
		t.resend(ctx, c, s, in, f)
	}
	return nil
}

// stopped reports whether a person has stopped the trial.
func (t *Try) stopped() bool {
	select {
	case <-t.Job.Stop:
		return true
	default:
		return false
	}
}

// print shows what was on the wire, and what it says about the definition.
func (t *Try) print(r *Recorder, done []Exchange, found findings) {
	p, words := t.Job.Definition.Provider(), t.Job.Words
	_, entries := r.sent()
	show := newShower(p, entries, t.Job.Secrets, done)
	unanswered := words.Say("tryout.no_answer")
	for i := range done {
		show.show(t.Out, &done[i], unanswered)
		fmt.Fprintln(t.Out)
	}
	found.print(t.Out, words)
	fmt.Fprintln(t.Out, words.Say("tryout.total", "confirmed", found.count(Confirmed), "contradicted",
		found.count(Contradicted), "unseen", found.count(NotSeen)))
}

// watcher notes what becomes of the customer.
type watcher struct {
	mu      sync.Mutex
	outcome pipeline.Outcome
	verdict pipeline.Verdict
	reason  *pipeline.Message // of the last attempt
}

// See takes in an event.
func (w *watcher) See(e enrol.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := e.(type) {
	case enrol.CreateEnded:
		if e.Row > 0 {
			w.verdict, w.reason = e.Attempt.Verdict, e.Attempt.Message
		}
	case enrol.RowEnded:
		w.outcome = e.Result.Outcome
		w.outcome.Problems = slices.Clone(e.Result.Problems)
	}
}
