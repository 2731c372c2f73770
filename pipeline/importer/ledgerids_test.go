package importer_test

import (
	"context"

	"muster/pipeline"
)

func (l *memoryLedger) FindIDs(_ context.Context, ids []string) ([]*pipeline.Claim, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	claims := make([]*pipeline.Claim, len(ids))
	for i, id := range ids {
		for ref, c := range l.customers {
			if c.state.IsClaim() && c.outcome.CustomerID == id {
				claims[i] = &pipeline.Claim{Ref: int64(ref + 1), State: c.state, Outcome: c.outcome}
				break
			}
		}
	}
	return claims, nil
}

type idTaken struct{ error }

func (idTaken) IDTaken() bool { return true }

// hasID reports whether another customer has the ID of an outcome that makes a claim.
func (l *memoryLedger) hasID(o pipeline.Outcome) bool {
	for ref, c := range l.customers {
		if o.State.IsClaim() && o.CustomerID != "" && c.state.IsClaim() && c.outcome.CustomerID == o.CustomerID &&
			int64(ref+1) != o.Ref {
			return true
		}
	}
	return false
}

// someID is the ID of another customer on disk than the one with id.
func (l *memoryLedger) someID(id string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.customers {
		if other := c.outcome.CustomerID; c.state.IsClaim() && other != id && other != "" {
			return other
		}
	}
	return ""
}
