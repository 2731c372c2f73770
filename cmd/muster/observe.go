package main

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/observe"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// logFlags say what is logged, and where.
type logFlags struct {
	path   string
	format string
	level  string
}

func (f *logFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.path, "log", "", "append a line for every event to this file; - is stderr")
	fl.StringVar(&f.format, "log-format", "json", "json or text")
	fl.StringVar(&f.level, "log-level", "info", "debug, info, warn or error")
}

// watch gives the sender of one run as one whose calls the observers see, and
// what is to be called with its settlements.
func (r *importRun) watch(s sender) (importer.Sender, func(pipeline.Settlement)) {
	w := &watchedSender{sender: s, observer: r.seen, run: r.run.ID, provider: r.def.Provider(), tag: r.ground.space.KeyTag,
		now: r.now, hashes: map[int64]string{}}
	return w, w.settled
}

// watchedSender is a sender whose calls an observer sees.
type watchedSender struct {
	sender
	observer enrol.Observer
	run      string
	provider *pipeline.Provider
	tag      func(name, normalised string) pipeline.Tag
	now      func() time.Time

	mu     sync.Mutex
	hashes map[int64]string // of customers that are on their way, by their number in the ledger
}

func (s *watchedSender) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	hash := s.hash(in)
	s.observer.See(enrol.CreateBegan{Run: s.run, Row: in.Row, KeyHash: hash})
	reply, token := s.sender.Create(ctx, in)
	s.observer.See(enrol.CreateEnded{Run: s.run, Row: in.Row, KeyHash: hash, Attempt: reply.Attempt, RetryAfter: reply.RetryAfter})
	return reply, token
}

func (s *watchedSender) LookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	began := s.now()
	found, err := s.sender.LookUp(ctx, l, value)
	answer := "absent"
	if len(found) > 0 {
		answer = "found"
	}
	var failed importer.LookUpFailure
	switch {
	case errors.As(err, &failed):
		v, _, _ := failed.Failure()
		answer = string(v)
	case err != nil:
		answer = string(pipeline.VerdictUnknown)
	}
	s.observer.See(enrol.LookedUp{Run: s.run, Name: l.Name, Answer: answer, Took: s.now().Sub(began)})
	return found, err
}

func (s *watchedSender) Pause(until time.Time) {
	s.sender.Pause(until)
	s.observer.See(enrol.Paused{Run: s.run, Until: until, Wait: until.Sub(s.now())})
}

// settled takes in a request that ended, once that is on disk.
func (s *watchedSender) settled(st pipeline.Settlement) {
	s.mu.Lock()
	hash := s.hashes[st.Outcome.Ref]
	delete(s.hashes, st.Outcome.Ref)
	s.mu.Unlock()
	s.observer.See(enrol.Settled{Run: s.run, KeyHash: hash, Outcome: st.Outcome})
}

// hash is the tag of the key by which people know the row.
func (s *watchedSender) hash(in *pipeline.Intent) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	hash, known := s.hashes[in.Ref]
	if !known && len(in.Keys) > 0 {
		k := in.Keys[0]
		hash = keyHash(s.tag(s.provider.Keys[k.Key].Name, k.Normalised))
		s.hashes[in.Ref] = hash
	}
	return hash
}

// keyHash is how a tag is shown.
func keyHash(t pipeline.Tag) string { return hex.EncodeToString(t[:]) }

// observed runs f with the observers that the flags ask for, and ends that with
// f's exit code. What is observed never changes what f comes to; metrics that
// cannot be written do, when all else went well: an alert would stay silent.
func (p *program) observed(f importFlags, n pipeline.Namespace, books []string, run func(enrol.Observers) error) (err error) {
	if err := f.refuseOwnFiles(p.ledgerToRead(f.ledger.path), books); err != nil {
		return err
	}
	log, err := observe.OpenLog(observe.LogOptions{Path: f.log.path, Format: f.log.format, Level: f.log.level, Stderr: p.stderr,
		Failed: func(err error) {
			p.say("warning: --log %s: can no longer be written (%v); the import goes on without it", f.log.path, err)
		}, ExitCode: endingCode})
	if err != nil {
		return err
	}
	var observers enrol.Observers
	if log != nil {
		observers = append(observers, log)
		defer func() {
			if closed := log.Close(); closed != nil {
				p.say("warning: --log %s: %v", f.log.path, closed)
			}
		}()
	}
	meter, err := observe.NewMeter(f.metrics, n, p.now())
	if err != nil {
		return err
	}
	if meter != nil {
		observers = append(observers, meter)
	}
	err = run(append(observers, p.shown(f)...))
	code, _ := explain(err)
	if err == nil {
		code = exitOK
	}
	through := code == exitOK || code == exitFix || code == exitLook
	if log != nil && !through {
		log.Stopped(code)
	}
	if meter == nil {
		return err
	}
	if failed := meter.Write(code, through, p.now()); failed != nil {
		p.say("muster: %v", failed)
		if code == exitOK {
			err = exitError(exitUnfinished)
		}
	}
	return err
}

// shown are the observers of whoever waits for an import: JSON lines, and how
// far it is by a bar where somebody looks at a terminal, else by sentences.
func (p *program) shown(f importFlags) enrol.Observers {
	var o enrol.Observers
	switch {
	case p.mayDraw(f):
		o = append(o, terminal.NewBar(p.screen, p.now))
	case !f.quiet:
		o = append(o, terminal.NewLines(func(sentence string) { p.say("%s", sentence) }, p.now))
	}
	if f.json {
		o = append(o, jsonlines.NewObserver(jsonlines.NewPrinter(p.stdout), endingCode, f.folder.dir, p.now))
	}
	return o
}

// mayDraw says whether a bar is shown: somebody looks at a terminal, and asked
// for neither silence nor JSON.
func (p *program) mayDraw(f importFlags) bool {
	return p.screen != nil && p.stderr == io.Writer(p.screen) && p.screen.Width() > 0 && !f.quiet && !f.json
}

// refuseOwnFiles holds the log and the metrics against what an import reads.
func (f importFlags) refuseOwnFiles(ledger string, books []string) error {
	for flag, path := range map[string]string{"--log": f.log.path, "--metrics": f.metrics} {
		for _, other := range append([]string{f.book.mapping, ledger, ledger + ".key"}, append(books, f.reports...)...) {
			if path != "-" && sameFile(path, other) {
				return pipeline.Mistakef("%s %s: is needed for something else", flag, path).Try("name another file")
			}
		}
	}
	if f.log.path != "-" && sameFile(f.log.path, f.metrics) {
		return pipeline.Mistakef("--log and --metrics name the same file").Try("name another file")
	}
	return nil
}
