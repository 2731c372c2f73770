package ledger

import (
	"context"
	"database/sql"
	"errors"

	"muster/pipeline"
)

// beginning is an intent with everything that can be computed before the transaction.
type beginning struct {
	in     *pipeline.Intent
	ref    int64
	body   pipeline.Tag
	data   pipeline.Tag // tag of the row's data, for its outcome if it is refused
	fields []byte
	keys   []byte // tags
	sealed []byte
}

// Write begins intents and settles others, in one transaction: after an error nothing of it took effect.
//
// Each intent of begin becomes a live, uncertain customer with its request sealed, its row's outcome in the run reads
// uncertain, and Ref is set. claimed are the indices, ascending, of the intents whose key a live customer has:
// nothing is written for them. A row that has an outcome other than pending is an *OutcomeError, an intent without
// keys a *KeylessError.
//
// Each settlement moves the customer that Outcome.Ref names. The request is deleted unless the customer is still
// uncertain; rejected and pending release the keys. The outcome that this run has for Outcome.Row and that customer
// is replaced. When another run began the intent, that run's own outcome stays, and in this run only an outcome of
// Record is replaced; the row, if this book has it, must be recorded afterwards. A move that pipeline.State.CanBecome
// does not allow is a *MoveError. Settlements are written first, so that the same call may take a key that one of
// them releases. A run that has lost the right to send does not release the keys of a request that another run has taken
// over: that is a *[TakenError] ([Space.Take]).
//
// A settlement that is Sole, and whose ID another customer has, is an *[IDTakenError].
//
// The attempts of a customer are numbered on from run to run.
func (s *Space) Write(ctx context.Context, run string, begin []*pipeline.Intent, settle []pipeline.Settlement) (
	claimed []int, err error) {
	if len(begin) == 0 && len(settle) == 0 {
		return nil, nil
	}
	prepared := make([]beginning, len(begin))
	for i, in := range begin {
		if err := s.prepare(&prepared[i], in); err != nil {
			return nil, err
		}
	}
	write := s.l.write
	if len(begin) > 0 {
		write = s.writeIntents
	}
	err = atOnce(func(careful bool) error {
		return s.claiming(ctx, write, func(t *transaction, added *[]string) (claims int, err error) {
			for i := range prepared {
				prepared[i].ref = 0 // left from an earlier try
			}
			n, err := s.runHere(t, run)
			if err != nil {
				return 0, err
			}
			if err := s.refuseTakenIDs(t, settle, careful); err != nil {
				return 0, err
			}
			if err := s.settleAll(t, run, n, settle, careful); err != nil {
				return 0, err
			}
			for i := range settle {
				if settle[i].Outcome.State.IsClaim() {
					claims++
				}
			}
			claimed, err = s.beginAll(t, run, n, prepared, careful, added)
			return claims, err
		})
	})
	if err != nil {
		return nil, err
	}
	for i := range prepared {
		if prepared[i].ref != 0 {
			prepared[i].in.Ref = prepared[i].ref
		}
	}
	return claimed, nil
}

// writeIntents is [Ledger.write] for intents of the namespace.
func (s *Space) writeIntents(ctx context.Context, f func(*transaction) error) error {
	if s.l.readOnly {
		return s.l.onlyRead()
	}
	return explain(s.l.path, s.l.rights.writeIntents(ctx, s.ns, f))
}

// claiming runs f in a transaction of write and adds the claims that it made to the count of the namespace's
// customers. When the transaction fails, the layouts that f added are removed from the cache.
func (s *Space) claiming(ctx context.Context, write func(context.Context, func(*transaction) error) error,
	f func(t *transaction, added *[]string) (claims int, err error)) error {
	var added []string
	err := write(ctx, func(t *transaction) error {
		s.forgetLayouts(&added) // left from an earlier try
		claims, err := f(t, &added)
		if err == nil && claims != 0 {
			err = t.later("UPDATE namespace SET customers = customers + ? WHERE number = ?", claims, s.number.Load())
		}
		return err
	})
	if err != nil {
		s.forgetLayouts(&added)
	}
	return err
}

func (s *Space) forgetLayouts(added *[]string) {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	for _, paths := range *added {
		delete(s.l.layouts, paths)
	}
	*added = nil
}

func (s *Space) prepare(b *beginning, in *pipeline.Intent) error {
	b.in = in
	if b.keys = s.keyTags(in.Keys); len(b.keys) == 0 {
		return &KeylessError{in.Row}
	}
	b.body, b.data = s.bodyTag(s.now, in.Entries), s.BodyTag(in.Entries)
	b.fields = make([]byte, 0, len(in.Entries)*len(b.body))
	for _, e := range in.Entries {
		tag := s.fieldTag(s.now, e)
		b.fields = append(b.fields, tag[:]...)
	}
	b.sealed = s.seal(in)
	return nil
}

// kept is the stored tag of the data that the row would send: empty where it equals the body's tag.
func (b *beginning) kept() []byte {
	if b.data == b.body {
		return []byte{}
	}
	return b.data[:]
}

func holds(tags []byte, tag pipeline.Tag) bool {
	for ; len(tags) > 0; tags = tags[len(tag):] {
		if pipeline.Tag(tags[:len(tag)]) == tag {
			return true
		}
	}
	return false
}

// begin creates the customer of an intent, unless a live one has one of its keys. free: its row has no outcome,
// except perhaps a sealed request.
func (s *Space) begin(t *transaction, run string, n int64, b *beginning, free bool, added *[]string) (
	begun bool, err error) {
	b.ref = 0
	if claimed, err := s.claimedBefore(t, b.in); claimed || err != nil {
		return false, err
	}
	layout, err := s.layout(t, b.in.Entries, added)
	if err != nil {
		return false, err
	}
	at := s.l.orNow(b.in.At)
	ref, err := t.inserted(`INSERT INTO customer (namespace, state, run, row, at, body, layout, fields, keys,
			idempotency_key, form, data)
		VALUES (?, 'uncertain', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.number.Load(), n, b.in.Row, at, b.body[:], layout, b.fields, b.keys, b.in.IdempotencyKey, s.form,
		b.kept())
	if err != nil {
		return false, err
	}
	if begun, err := s.claimKeys(t, ref, b); !begun || err != nil {
		return false, err
	}
	b.ref = ref
	kept := false
	if free {
		if kept, err = t.changed(insertFree, ref, s.number.Load(), n, b.in.Row, b.sealed); err != nil {
			return false, err
		}
	}
	if !kept {
		if err := s.keepSealed(t, run, n, b); err != nil {
			return false, err
		}
	}
	return true, nil
}

// claimKeys gives a new customer its keys. When a live customer has one of them, the new one is deleted again, and
// claimKeys returns false.
func (s *Space) claimKeys(t *transaction, ref int64, b *beginning) (bool, error) {
	const size = len(pipeline.Tag{})
	for at := 0; at < len(b.keys); at += size {
		free, err := t.changed("INSERT INTO key (tag, customer) VALUES (?, ?) ON CONFLICT DO NOTHING",
			b.keys[at:at+size], ref)
		switch {
		case err != nil:
			return false, err
		case !free:
			return false, s.undo(t, ref, b.keys[:at])
		}
	}
	return true, nil
}

// undo deletes a customer that was created in this transaction, with its keys.
func (s *Space) undo(t *transaction, ref int64, keys []byte) error {
	const size = len(pipeline.Tag{})
	for ; len(keys) > 0; keys = keys[size:] {
		if err := t.later("DELETE FROM key WHERE tag = ? AND released = 0 AND customer = ?", keys[:size],
			ref); err != nil {
			return err
		}
	}
	err := t.later("DELETE FROM customer WHERE ref = ?", ref)
	return err
}

// claimedBefore reports whether a live customer of an older muster has one of the keys in another form, which the
// unique index does not catch.
func (s *Space) claimedBefore(t *transaction, in *pipeline.Intent) (bool, error) {
	for _, k := range in.Keys {
		for _, tag := range s.OlderKeyTags(k) {
			var ref int64
			err := t.one("SELECT customer FROM key WHERE tag = ? AND released = 0", []any{tag[:]}, &ref)
			if err == nil || !errors.Is(err, sql.ErrNoRows) {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// keepSealed writes the request of an intent, which also is its row's outcome. It replaces the outcome of an intent
// that was settled to pending.
func (s *Space) keepSealed(t *transaction, run string, n int64, b *beginning) error {
	for {
		kept, err := t.changed(insertSealed, b.ref, s.number.Load(), n, b.in.Row, b.sealed)
		if err != nil || kept {
			return err
		}
		gone, err := t.changed("DELETE FROM outcome WHERE run = ? AND row = ? AND state = 'pending'", n, b.in.Row)
		if err != nil || !gone {
			return errors.Join(err, &OutcomeError{run, b.in.Row, pipeline.Say("ledger.has_outcome")})
		}
	}
}

// freeRows reports that none of the rows from the first to the last of intents has an outcome, so that each need not
// be checked. Sealed requests are not looked for, because their table refuses a second one.
func freeRows(t *transaction, run int64, intents []beginning) (free bool, err error) {
	if len(intents) == 0 {
		return false, nil
	}
	first, last := intents[0].in.Row, intents[0].in.Row
	for i := range intents {
		first, last = min(first, intents[i].in.Row), max(last, intents[i].in.Row)
	}
	var taken bool
	err = t.one(anyOutcome, []any{run, first, last}, &taken)
	return !taken, err
}

// anyOutcome reports whether one of the rows ?2 to ?3 of a run has an outcome that is no sealed request.
const anyOutcome = `SELECT EXISTS (SELECT 1 FROM outcome WHERE run = ?1 AND row BETWEEN ?2 AND ?3)
	OR EXISTS (SELECT 1 FROM customer WHERE run = ?1 AND row BETWEEN ?2 AND ?3 AND ended IS NOT NULL)
	OR coalesce((SELECT last FROM known WHERE run = ?1 AND first <= ?3 ORDER BY first DESC LIMIT 1) >= ?2, FALSE)`

const insertFree = `INSERT INTO sealed (customer, namespace, run, row, request) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT DO NOTHING`

var insertSealed = `INSERT INTO sealed (customer, namespace, run, row, request) SELECT ?1, ?2, ?3, ?4, ?5
	WHERE NOT EXISTS (SELECT 1 FROM outcome WHERE run = ?3 AND row = ?4) AND NOT ` + isKnown("?3", "?4") + `
		AND NOT ` + isAnswered("?3", "?4") + `
	ON CONFLICT DO NOTHING`

const (
	whoseSealed  = "SELECT run, row FROM sealed WHERE customer = ? AND namespace = ?"
	removeSealed = "DELETE FROM sealed WHERE customer = ? AND namespace = ? RETURNING run, row"
	removeOwn    = "DELETE FROM sealed WHERE customer = ?1 AND run = ?2 AND row = ?3"
)

// The outcome of a row: of this run's own request, and of one that an earlier run sent.
var (
	settleOwn = `INSERT INTO outcome (state, http_status, code, message, request_id, attempts, at, problems, run,
			row, customer, data, says, fresh)
		VALUES (?1, ?2, ?3, ?4, ?5, (SELECT attempts FROM customer WHERE ref = ?10), ?6, ?7, ?8, ?9, ?10, ?11, ?12, ` +
		isFresh("?1", "?11", "?8") + `)`
	settleEarlier = `UPDATE outcome SET state = ?1, http_status = ?2, code = ?3, message = ?4, says = ?12,
		request_id = ?5, attempts = (SELECT attempts FROM customer WHERE ref = ?10), at = ?6, problems = ?7,
		data = ?11, fresh = ` + isFresh("?1", "?11", "?8") + `
		WHERE run = ?8 AND row = ?9 AND customer = ?10 AND state = 'uncertain'`
)

func (s *Space) settleIntent(t *transaction, run string, n int64, st *pipeline.Settlement) error {
	o := &st.Outcome
	// Only uncertain customers have a sealed request; every other state is final for this request.
	if !pipeline.Uncertain.CanBecome(o.State) {
		return s.cannot(t, o.Ref, o.State)
	}
	settled := o.State != pipeline.Uncertain
	began, err := s.takeSealed(t, run, n, o, settled)
	if err != nil {
		return err
	}
	if !settled && st.Await != "" {
		if err := s.keepAwait(t, o.Ref, st.Await); err != nil {
			return err
		}
	}
	if began != n && settled { // the outcome of that run, now that its sealed request is gone
		err := t.later(`INSERT INTO outcome (run, row, state, customer, http_status,
			code, message, says, request_id, attempts, at, problems)
			SELECT run, row, 'uncertain', ref, http_status, code, message, says, request_id, attempts, at, ''
			FROM customer WHERE ref = ?`, o.Ref)
		if err != nil {
			return err
		}
	}
	if began == n && s.l.keptByCustomer(st) {
		if done, err := s.answer(t, st); err != nil || done {
			return err
		}
	}
	if err := s.move(t, o, len(st.Attempts)); err != nil {
		return err
	}
	if err := s.keepAttempts(t, n, o.Ref, st.Attempts); err != nil {
		return err
	}
	if settled && !o.State.IsClaim() {
		if err := release(t, o.Ref); err != nil {
			return err
		}
	}
	if began == n && !settled {
		return nil // the sealed request and the customer have everything
	}
	problems, err := s.l.problems.write(o.Row, o.Problems)
	if err != nil {
		return err
	}
	if o.State == pipeline.Rejected {
		var body []byte
		if err := t.one("SELECT CASE WHEN data = x'' THEN body ELSE data END FROM customer WHERE ref = ?",
			[]any{o.Ref}, &body); err != nil {
			return err
		}
		copy(o.Data[:], body)
	}
	text := settleOwn
	if began != n {
		text = settleEarlier
	}
	words := s.l.textsOf(o.Message)
	err = t.later(text, string(o.State), o.HTTPStatus, o.Code, words.english, o.RequestID, s.l.orNow(o.At), problems,
		n, o.Row, o.Ref, dataOf(o), words.says)
	return err
}

// takeSealed returns the run that began the customer of an outcome in the run n, and deletes its sealed request once
// it is settled.
func (s *Space) takeSealed(t *transaction, run string, n int64, o *pipeline.Outcome, settled bool) (int64, error) {
	sealed, args := whoseSealed, []any{o.Ref, s.number.Load()}
	free := releases(o.State) && !s.l.rights.holdsNow(s.ns)
	if settled {
		remove := anyRemoval
		if free {
			remove, args = freeRemoval, append(args, n)
		}
		if own, err := t.changed(remove.own, o.Ref, n, o.Row); own || err != nil {
			return n, err
		}
		sealed = remove.any
	}
	var began int64
	var row int
	err := t.one(sealed, args, &began, &row)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, s.unsettleable(t, o, free)
	case err != nil:
		return 0, err
	case began == n && row != o.Row:
		return 0, &OutcomeError{run, o.Row, pipeline.Say("ledger.row_of_another", "number", int(o.Ref))}
	}
	return began, nil
}

// move gives an uncertain customer its next state, and what is known of it.
func (s *Space) move(t *transaction, o *pipeline.Outcome, attempts int) error {
	related, err := writeRelated(o.Related)
	if err != nil {
		return err
	}
	var at any // an intent that stays uncertain keeps the time when it was begun
	if o.State != pipeline.Uncertain {
		at = milliseconds(o.At)
	}
	words := s.l.textsOf(o.Message)
	err = t.later(`UPDATE customer SET state = ?1, at = coalesce(?2, at),
			attempts = CASE WHEN attempts + ?3 > ?4 THEN attempts + ?3 ELSE ?4 END,
			customer_id = ?5, provider_status = ?6, provider_created_at = ?7, related = ?8, http_status = ?9,
			code = ?10, message = ?11, request_id = ?12, says = ?14
		WHERE ref = ?13`,
		string(o.State), at, attempts, o.Attempts, o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, related,
		o.HTTPStatus, o.Code, words.english, o.RequestID, o.Ref, words.says)
	return err
}

// release frees the keys of a customer that made no claim for the next one, and keeps the record that they were its
// keys.
func release(t *transaction, ref int64) error {
	var keys []byte
	if err := t.one("SELECT keys FROM customer WHERE ref = ?", []any{ref}, &keys); err != nil {
		return err
	}
	const size = len(pipeline.Tag{})
	for ; len(keys) >= size; keys = keys[size:] {
		err := t.later("UPDATE key SET released = ?1 WHERE tag = ?2 AND released = 0 AND customer = ?1",
			ref, keys[:size])
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Space) keepAttempts(t *transaction, run, ref int64, attempts []pipeline.Attempt) error {
	for i := range attempts {
		a := &attempts[i]
		words := s.l.textsOf(a.Message)
		err := t.later(`INSERT INTO attempt (customer, number, run, sent, ended, verdict, http_status, code, message,
				request_id, says)
			VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM attempt WHERE customer = ?1),
				?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
			ref, run, milliseconds(a.Sent), milliseconds(a.Ended), string(a.Verdict), a.HTTPStatus, a.Code,
			words.english, a.RequestID, words.says)
		if err != nil {
			return err
		}
	}
	return nil
}
