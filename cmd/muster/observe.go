package main

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// observer is told what an import does, for those who were not there: the log
// and the metrics. It is told of everything, and by several at once; what it
// keeps is no personal data. The zero observer keeps nothing.
type observer struct {
	log   *eventLog
	meter *meter
}

// watch gives the sender of one run as one that tells of every call, and what
// is to be told of its settlements, nil when nobody asks. tag is the keyed hash
// by which the ledger knows a key.
func (o observer) watch(run string, p *pipeline.Provider, s sender, tag func(name, normalised string) pipeline.Tag, now func() time.Time) (importer.Sender, func(pipeline.Settlement)) {
	if o.log == nil && o.meter == nil {
		return s, nil
	}
	w := &watchedSender{sender: s, observer: o, run: run, provider: p, tag: tag, now: now, hashes: map[int64]string{}}
	return w, w.settled
}

// watchedSender is a sender whose calls are told of.
type watchedSender struct {
	sender
	observer
	run      string
	provider *pipeline.Provider
	tag      func(name, normalised string) pipeline.Tag
	now      func() time.Time

	mu     sync.Mutex
	hashes map[int64]string // of customers that are on their way, by their number in the ledger
}

func (s *watchedSender) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	hash := s.hash(in)
	reply, token := s.sender.Create(ctx, in)
	took := reply.Ended.Sub(reply.Sent)
	s.meter.call("create", string(reply.Verdict), reply.HTTPStatus, took)
	s.log.attempt(s.run, in.Row, hash, reply.Attempt)
	return reply, token
}

func (s *watchedSender) LookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	began := s.now()
	found, err := s.sender.LookUp(ctx, l, value)
	verdict := "absent"
	if len(found) > 0 {
		verdict = "found"
	}
	var failed importer.LookUpFailure
	switch {
	case errors.As(err, &failed):
		v, _, _ := failed.Failure()
		verdict = string(v)
	case err != nil:
		verdict = string(pipeline.VerdictUnknown)
	}
	took := s.now().Sub(began)
	s.meter.call("look-up", verdict, 0, took)
	s.log.write(slog.LevelInfo, "look-up", slog.String("run", s.run), slog.String("look_up", l.Name), slog.String("answer", verdict), milliseconds(took))
	return found, err
}

func (s *watchedSender) Pause(until time.Time) {
	s.sender.Pause(until)
	wait := until.Sub(s.now())
	s.meter.pause(wait)
	s.log.write(slog.LevelWarn, "pause", slog.String("run", s.run), slog.Float64("seconds", wait.Seconds()))
}

// settled is told of a request that ended, once that is on disk.
func (s *watchedSender) settled(st pipeline.Settlement) {
	s.mu.Lock()
	hash := s.hashes[st.Outcome.Ref]
	delete(s.hashes, st.Outcome.Ref)
	s.mu.Unlock()
	s.log.outcome(s.run, hash, st.Outcome)
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

// observed runs f with an observer as the flags ask for, and ends that with
// f's exit code. What is observed never changes what f comes to; metrics that
// cannot be written do, when all else went well: an alert would stay silent.
func (p *program) observed(f importFlags, n pipeline.Namespace, books []string, run func(observer) error) (err error) {
	if err := f.refuseOwnFiles(p.ledgerToRead(f.ledger.path), books); err != nil {
		return err
	}
	var o observer
	o.log, err = f.log.open(p.stderr, func(err error) {
		p.say("warning: --log %s: can no longer be written (%v); the import goes on without it", f.log.path, err)
	})
	if err != nil {
		return err
	}
	defer func() {
		if closed := o.log.close(); closed != nil {
			p.say("warning: --log %s: %v", f.log.path, closed)
		}
	}()
	if o.meter, err = newMeter(f.metrics, n, p.now()); err != nil {
		return err
	}
	err = run(o)
	code, _ := explain(err)
	if err == nil {
		code = exitOK
	}
	if code != exitOK && code != exitFix && code != exitLook {
		o.log.write(slog.LevelError, "stopped", slog.Int("exit_code", code))
	}
	if failed := o.meter.write(code, p.now()); failed != nil {
		p.say("muster: %v", failed)
		if code == exitOK {
			err = exitError(exitUnfinished)
		}
	}
	return err
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
