package ledger

import (
	"context"

	"muster/pipeline"
)

// rights is a store's part in the right to send: for a file, whoever has it open for writing has the right; on a
// server sessions hold it.
type rights interface {
	hold(ctx context.Context, ns pipeline.Namespace, o HoldOptions) error
	right() *Right
	// writeIntents is write for transactions that need the right to send of a namespace.
	writeIntents(ctx context.Context, ns pipeline.Namespace, f func(*transaction) error) error
	// holdsNow says, inside a write, that the right of a namespace is held; the write does
	// not happen where it is lost before its end.
	holdsNow(ns pipeline.Namespace) bool
	// holders are the living musters that have the right to send; t reads.
	holders(ctx context.Context, t *transaction) ([]rightHolder, error)
}

// Hold takes the right to send of a namespace until the ledger is closed. Only with it may requests be begun. A
// ledger that is a file has it from the beginning. Its errors: a [*HeldError] when another muster has the right and o
// does not say to wait, a [*FailoverError] in a mistake, [ErrReadOnly], those of the server, and the context's.
func (l *Ledger) Hold(ctx context.Context, ns pipeline.Namespace, o HoldOptions) error {
	if l.readOnly {
		return l.onlyRead()
	}
	return explain(l.path, l.rights.hold(ctx, ns, o))
}

// Right is checked before each request leaves, once the ledger holds the right to send ([Ledger.Hold]).
func (l *Ledger) Right() *Right { return l.rights.right() }

func (s *sqliteStore) hold(context.Context, pipeline.Namespace, HoldOptions) error { return nil }

func (s *sqliteStore) right() *Right { return &Right{file: true} }

func (s *sqliteStore) writeIntents(ctx context.Context, _ pipeline.Namespace, f func(*transaction) error) error {
	return s.write(ctx, f)
}

func (s *sqliteStore) holdsNow(pipeline.Namespace) bool { return true }
