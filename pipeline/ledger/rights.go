package ledger

import (
	"context"

	"muster/pipeline"
)

// rights are what a store has of the right to send: of a file whoever has it open for
// writing, at a server who holds it.
type rights interface {
	hold(ctx context.Context, ns pipeline.Namespace, o HoldOptions) error
	right() *Right
	// writeIntents is write for what only who has the right to send of a namespace may
	// write.
	writeIntents(ctx context.Context, ns pipeline.Namespace, f func(*transaction) error) error
}

// Hold takes the right to send of a namespace, until the ledger is closed: requests may
// only be begun with it. A ledger that is a file has it from the beginning. Its errors: a
// [*HeldError] where another muster has it and o does not say to wait, a [*FailoverError]
// in a mistake, [ErrReadOnly], those of the server, and the context's.
func (l *Ledger) Hold(ctx context.Context, ns pipeline.Namespace, o HoldOptions) error {
	if l.readOnly {
		return l.onlyRead()
	}
	return explain(l.path, l.rights.hold(ctx, ns, o))
}

// Right is what a sender asks before each request leaves, once it has the right to send
// ([Ledger.Hold]).
func (l *Ledger) Right() *Right { return l.rights.right() }

func (s *sqliteStore) hold(context.Context, pipeline.Namespace, HoldOptions) error { return nil }

func (s *sqliteStore) right() *Right { return &Right{file: true} }

func (s *sqliteStore) writeIntents(ctx context.Context, _ pipeline.Namespace, f func(*transaction) error) error {
	return s.write(ctx, f)
}
