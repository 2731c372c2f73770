package enrol

import (
	"context"
	"errors"
	"sync"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// watchedSender shows a sender's calls to an observer.
type watchedSender struct {
	importer.Sender
	observer Observer
	run      string
	provider *pipeline.Provider
	tag      func(name, normalised string) pipeline.Tag
	now      func() time.Time

	mu     sync.Mutex
	hashes map[int64]string // of customers whose requests are under way, by their number in the ledger
}

func (s *watchedSender) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	hash := s.hash(in)
	s.observer.See(CreateBegan{Run: s.run, Row: in.Row, KeyHash: hash})
	reply, token := s.Sender.Create(ctx, in)
	s.observer.See(CreateEnded{Run: s.run, Row: in.Row, KeyHash: hash, Attempt: reply.Attempt,
		RetryAfter: reply.RetryAfter})
	return reply, token
}

func (s *watchedSender) LookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	began := s.now()
	found, err := s.Sender.LookUp(ctx, l, value)
	answer := "absent"
	if len(found) > 0 {
		answer = "found"
	}
	var failed importer.LookUpFailure
	switch {
	case errors.As(err, &failed):
		verdict, _, _ := failed.Failure()
		answer = string(verdict)
	case err != nil:
		answer = string(pipeline.VerdictUnknown)
	}
	s.observer.See(LookedUp{Run: s.run, Name: l.Name, Answer: answer, Took: s.now().Sub(began)})
	return found, err
}

// watchedAsker shows an asker's calls to an observer, as look-ups with that name.
type watchedAsker struct {
	importer.Asker
	*watchedSender
}

const awaitName = "await"

func (s watchedAsker) Ask(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	began := s.now()
	reply, token := s.Asker.Ask(ctx, in)
	s.observer.See(LookedUp{Run: s.run, Name: awaitName, Answer: string(reply.Verdict), Took: s.now().Sub(began)})
	return reply, token
}

func (s *watchedSender) Pause(until time.Time) {
	s.Sender.Pause(until)
	s.observer.See(Paused{Run: s.run, Until: until, Wait: until.Sub(s.now())})
}

// settled shows a request that ended, once that is on disk.
func (s *watchedSender) settled(st pipeline.Settlement) {
	s.mu.Lock()
	hash := s.hashes[st.Outcome.Ref]
	delete(s.hashes, st.Outcome.Ref)
	s.mu.Unlock()
	s.observer.See(Settled{Run: s.run, KeyHash: hash, Outcome: st.Outcome})
}

// hash is the tag of the key by which people know the row.
func (s *watchedSender) hash(in *pipeline.Intent) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	hash, known := s.hashes[in.Ref]
	if !known && len(in.Keys) > 0 {
		k := in.Keys[0]
		hash = s.tag(s.provider.Keys[k.Key].Name, k.Normalised).String()
		s.hashes[in.Ref] = hash
	}
	return hash
}
