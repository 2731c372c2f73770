package ledger

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// Moved is what [Move] did.
type Moved struct {
	From, To  string // the file, and the address
	KeyFile   string // of both
	Rows      int    // in all tables
	Runs      int
	Customers int // created and existing
	Unsettled int // requests without an answer, which are settled in the new ledger from now on
	// Already: an earlier move was complete, and this one did nothing.
	Already bool
	// Older is the copy that was made before the file was migrated; "" when it had this muster's version.
	Older string
}

// move is a move that is under way.
type move struct {
	file    *Ledger
	store   *sqliteStore // of file
	mark    mark         // of the file, as it is
	had     Examination  // of the file
	to      *serverAddress
	scripts []string
	options Options

	done      Moved
	marked    bool // by this move
	committed bool
}

// Move copies the ledger in the file from to the address to, row by row, and marks the file, so that no muster opens
// it any more. The address must not have a ledger yet. Both are locked meanwhile and have the same key, which is also
// written to o.KeyFile; that may be "". A move that fails or is killed leaves no ledger at the address, and the same
// command can be run again; so it can where the answer to the last COMMIT was lost.
//
// Its errors are those of [Open], and a [*MovedError] in a mistake where the file was moved to another address.
func Move(ctx context.Context, from, to string, o Options) (_ Moved, err error) {
	for _, name := range []string{from, to} {
		if err := meantAsAddress(name); err != nil && !IsAddress(name) {
			return Moved{}, err
		}
	}
	switch {
	case IsAddress(from):
		return Moved{}, refusal(nil, "ledger.move_from_server").At(ledgerAt(Shown(from))).Try("ledger.move_such_as")
	case !IsAddress(to):
		return Moved{}, refusal(nil, "ledger.move_to_file").At(ledgerAt(to)).Try("ledger.move_such_as")
	}
	m := &move{options: o}
	if m.scripts, err = schema(); err != nil {
		return Moved{}, err
	}
	if m.to, err = parseAddress(to, o.AllowPlain); err != nil {
		return Moved{}, err
	}
	if err := m.openFile(ctx, from); err != nil {
		return Moved{}, err
	}
	defer func() { err = errors.Join(err, m.file.Close()) }()
	// Examine before there is a session, which the server ends when it is idle for a while.
	if m.had, err = m.file.Examine(ctx); err != nil {
		return Moved{}, err
	}
	if len(m.had.Faults) > 0 {
		return Moved{}, refusal(nil, "ledger.move_not_sound", "fault", m.had.Faults[0]).At(ledgerAt(m.file.path)).
			Try("ledger.check_file")
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	s, err := openSession(ctx, m.to, len(m.scripts), o.Holder, now, usualPace)
	if err != nil {
		return Moved{}, err
	}
	defer s.close()
	if !s.schema().empty() { // the ledger that is there may be used again
		err := m.ended(m.taken(ctx, s.link.conn))
		return m.done, err
	}
	err = m.ended(s.alone(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		return m.run(ctx, s, conn)
	}))
	return m.done, err
}

// openFile opens the file and takes its lock, even where it is marked.
func (m *move) openFile(ctx context.Context, from string) (err error) {
	o := m.options
	o.MayBegin, o.ReadOnly, o.moved = false, false, true
	if m.file, err = Open(ctx, from, o); err != nil {
		return err
	}
	m.store = m.file.store.(*sqliteStore)
	m.done = Moved{From: m.file.path, To: m.to.shown, Older: m.file.older}
	if m.mark, err = m.store.mark(ctx); err == nil && m.mark.to != "" {
		// A migration may have overwritten the version by which older musters refuse a moved file.
		err = m.store.setMark(ctx, len(m.scripts), m.mark)
	}
	if err != nil {
		return errors.Join(err, m.file.Close())
	}
	return nil
}

// taken checks whether the ledger at the address is this one, copied by an earlier move.
func (m *move) taken(ctx context.Context, conn *pgx.Conn) error {
	var token []byte
	err := conn.QueryRow(ctx, "SELECT value FROM meta WHERE name = 'moved_from'").Scan(&token)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return err
	case m.mark.to != "" && bytes.Equal(token, m.mark.token):
		m.done.Already = true
		return m.arrive(ctx, m.mark)
	case m.mark.arrived && m.mark.to == m.to.shown:
		return m.gone(pipeline.Say("ledger.moved_other", "to", m.mark.to))
	case m.mark.to != "" && (m.mark.arrived || m.mark.to != m.to.shown):
		return movedTo(m.file.path, m.mark)
	case m.mark.to != "":
		// Another ledger was begun there, so that the earlier move did not complete.
		if err := m.store.setMark(ctx, len(m.scripts), mark{}); err != nil {
			return err
		}
	}
	return m.to.refusal(nil, "ledger.move_target_taken").Try("ledger.move_elsewhere")
}

// gone refuses to move a ledger once more that the server had, and has no more: who was enrolled since is not in the
// file, and would be enrolled twice.
func (m *move) gone(what *pipeline.Message) error {
	mistake := &pipeline.Mistake{What: what, Err: unusable{&MovedError{m.mark.to}}}
	return mistake.At(ledgerAt(m.file.path)).Try("ledger.restore_server")
}

// run moves the ledger, unless another was begun at the address meanwhile.
func (m *move) run(ctx context.Context, s *session, conn *pgx.Conn) error {
	if !s.schema().empty() {
		return m.taken(ctx, conn)
	}
	switch {
	case m.mark.to != "" && m.mark.to != m.to.shown:
		return movedTo(m.file.path, m.mark)
	case m.mark.arrived:
		return m.gone(pipeline.Say("ledger.moved_gone", "to", m.mark.to))
	}
	if err := m.placeKey(); err != nil {
		return err
	}
	// Once the file is marked, nothing interrupts the move.
	going, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, cancel)
	marked := mark{to: m.to.shown, token: []byte(rand.Text())}
	err := runPostgres(&postgresEngine{ctx: going, conn: conn}, "BEGIN", func(t *transaction) error {
		if err := s.beginTables(t, len(m.scripts), m.file.secrets); err != nil {
			return err
		}
		if err := m.fill(going, t, conn); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO meta (name, value) VALUES ('moved_from', ?)", marked.token)
		if err != nil {
			return err
		}
		if !stop() {
			return ctx.Err()
		}
		m.marked = true
		return m.store.setMark(going, len(m.scripts), marked)
	})
	if err != nil {
		return err
	}
	m.committed = true
	return m.arrive(going, marked)
}

// arrive records in the file that the server has the ledger.
func (m *move) arrive(ctx context.Context, marked mark) error {
	if marked.arrived {
		return nil
	}
	marked.arrived = true
	return m.store.setMark(ctx, len(m.scripts), marked)
}

// ended returns the error of a move and cleans up: the mark of a move that did not complete is removed.
func (m *move) ended(err error) error {
	refused := sqlState(err) != "" && !strings.HasPrefix(sqlState(err), classOfIntervention)
	switch {
	case err == nil, m.committed: // an error after the commit changes nothing
		return nil
	case m.marked && !refused && !errors.Is(err, errNotCommitted):
		return refusal(err, "ledger.move_unknown", "cause", err).At(ledgerAt(m.to.shown)).Try("ledger.move_again")
	case m.marked:
		if undone := m.store.setMark(context.Background(), len(m.scripts), m.mark); undone != nil {
			return errors.Join(refusal(err, "ledger.move_unknown", "cause", err).At(ledgerAt(m.to.shown)).
				Try("ledger.move_again"), undone)
		}
	}
	return explain(m.to.shown, err)
}

// placeKey copies the key file to where the ledger's key file is from now on, unless it is there.
func (m *move) placeKey() error {
	beside := m.file.path + ".key"
	if m.done.KeyFile = m.options.KeyFile; m.done.KeyFile == "" {
		m.done.KeyFile = beside
	}
	secret, err := readKey(beside)
	if err != nil {
		return err
	}
	there, err := namedKey(m.done.KeyFile, false)
	var fault *KeyError
	switch {
	case errors.As(err, &fault) && fault.Fault == KeyMissing:
		return keepKey(m.done.KeyFile, secret)
	case err != nil:
		return err
	case !bytes.Equal(there, secret):
		return keyFault(m.done.KeyFile, KeyForeign)
	}
	return nil
}

// MovedError: the ledger was moved to a server, or a move was interrupted, and its file must not be used any more. It
// is wrapped in a [pipeline.Mistake], which names the file.
type MovedError struct{ To string }

func (e *MovedError) Error() string { return "moved ledger" }

func movedTo(path string, m mark) error {
	if !m.arrived {
		return refusal(&MovedError{m.to}, "ledger.move_interrupted", "to", m.to).At(ledgerAt(path)).
			Try("ledger.move_finish", "command", pipeline.ShellCommand("muster", "ledger", "move", path, m.to))
	}
	return refusal(&MovedError{m.to}, "ledger.moved", "to", m.to).At(ledgerAt(path)).
		Try("ledger.name_address", "flags", pipeline.ShellCommand("--ledger", m.to))
}
