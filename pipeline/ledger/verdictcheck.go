package ledger

import (
	"database/sql"
	"errors"

	"muster/pipeline"
)

// step is one verdict compared with the ledger.
type step struct {
	verdict *Verdict
	settled Settled
	was     pipeline.State
	run     int64        // the number of Verdict.Run; 0 without one
	body    pipeline.Tag // accept: of its entries
	already bool         // accept: the customer was created from these
	keys    []byte       // accept: tags of the row's keys that are new to the customer
	held    []byte       // tags of the keys that the customer has
}

// verdictCheck collects what the verdicts of one call have claimed so far.
type verdictCheck struct {
	s        *Space
	t        *transaction
	number   int64
	verdicts []Verdict
	steps    []step
	first    map[int64]int          // customer to the first verdict on it
	ids      map[string]owner       // ID, as OneID spells it, to the customer that has it
	keys     map[pipeline.Tag]owner // key to the customer that accepts it
	errs     []VerdictError
}

// owner is a customer, with the run and row that it was begun for.
type owner struct {
	ref int64
	run string
	row int
}

func (s *Space) checkVerdicts(t *transaction, number int64, verdicts []Verdict) ([]step, error) {
	w := verdictCheck{s: s, t: t, number: number, verdicts: verdicts, steps: make([]step, len(verdicts)),
		first: map[int64]int{}, keys: map[pipeline.Tag]owner{}}
	if err := w.owners(); err != nil {
		return nil, err
	}
	for i := range verdicts {
		if err := w.check(i); err != nil {
			return nil, err
		}
	}
	if len(w.errs) > 0 {
		return nil, &VerdictsError{w.errs}
	}
	return w.steps, nil
}

// owners finds the customers that have the given IDs.
func (w *verdictCheck) owners() error {
	w.ids = map[string]owner{}
	said := []string{}
	for i := range w.verdicts {
		if w.verdicts[i].Kind == VerdictID {
			said = append(said, pipeline.IDSpellings(w.verdicts[i].CustomerID)...)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return w.t.each(`SELECT c.customer_id, c.ref, r.id, c.row FROM customer c JOIN run r ON r.number = c.run
		WHERE c.namespace = ? AND c.customer_id <> '' AND c.state IN ('created', 'existing')
		AND c.customer_id IN (
			SELECT value FROM json_each(?) said)`, []any{w.number, said}, func(rows *cursor) error {
		var id string
		var o owner
		err := rows.Scan(&id, &o.ref, &o.run, &o.row)
		w.ids[pipeline.OneID(id)] = o
		return err
	})
}

func (w *verdictCheck) check(i int) error {
	v, st := &w.verdicts[i], &w.steps[i]
	*st = step{verdict: v, settled: Settled{Ref: v.Ref}}
	refuse := func(m VerdictError) error {
		m.Index, m.Ref, m.Kind, m.State, m.CustomerID = i, v.Ref, v.Kind, st.was, st.settled.CustomerID
		w.errs = append(w.errs, m)
		return nil
	}
	if v.Kind == VerdictID && v.CustomerID == "" || v.Kind == VerdictAccept && (len(v.Entries) == 0 ||
		v.Run == "") {
		return refuse(VerdictError{Fault: FaultIncomplete})
	}
	var own owner
	var body []byte
	var form int64
	err := w.t.one(`SELECT c.state, c.customer_id, c.body, c.form, c.keys, r.id, c.row FROM customer c
		JOIN run r ON r.number = c.run
		WHERE c.ref = ? AND c.namespace = ?`, []any{v.Ref, w.number},
		(*string)(&st.was), &st.settled.CustomerID, &body, &form, &st.held, &own.run, &own.row)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(VerdictError{Fault: FaultUnknown})
	}
	if err != nil {
		return err
	}
	own.ref, st.settled.State = v.Ref, st.was
	if v.Run != "" {
		n, err := w.s.l.run(w.t, v.Run)
		if err != nil {
			return err
		}
		st.run = n.number
	}
	if v.Kind == VerdictAccept {
		st.body = w.s.bodyTag(w.s.now, v.Entries)
		f, err := w.s.formOf(w.t, form)
		if err != nil {
			return err
		}
		st.already = w.s.bodyTag(f, v.Entries) == pipeline.Tag(body)
	}
	if n, twice := w.first[v.Ref]; twice {
		if f := &w.steps[n]; f.verdict.Kind != v.Kind || f.verdict.CustomerID != v.CustomerID || f.body != st.body {
			return refuse(VerdictError{Fault: FaultOpposed, Other: int64(n)})
		}
		st.settled = w.steps[n].settled
		st.settled.Already = true
		return nil
	}
	w.first[v.Ref] = i
	fault, err := w.fits(st, own)
	if err != nil {
		return err
	}
	if fault.Fault != "" {
		return refuse(fault)
	}
	if st.settled.Already {
		st.settled.Before, err = w.before(v, own)
	}
	return err
}

// before finds what settled a customer, of whom a verdict says nothing new.
func (w *verdictCheck) before(v *Verdict, own owner) (Before, error) {
	b := Before{Run: own.run}
	var at int64
	err := w.t.one(`SELECT person, at FROM word WHERE customer = ?1 AND (says = 'accept') = (?2 = 'accept')
		ORDER BY number DESC LIMIT 1`, []any{v.Ref, string(v.Kind)}, &b.By, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = w.t.one("SELECT at FROM customer WHERE ref = ?", []any{v.Ref}, &at)
	}
	b.At = moment(&at)
	return b, err
}

// fits compares a verdict with its customer and fills in the outcome.
func (w *verdictCheck) fits(st *step, own owner) (VerdictError, error) {
	v := st.verdict
	has := st.settled.CustomerID
	switch v.Kind {
	case VerdictID:
		switch {
		case has == v.CustomerID:
			st.settled.Already = true
			return VerdictError{}, nil
		case has != "" || st.was == pipeline.Pending:
			return w.correction(st, own)
		case st.was != pipeline.Uncertain && !st.was.IsClaim():
			return VerdictError{Fault: FaultState}, nil
		}
		if fault := w.takeID(v, own); fault.Fault != "" {
			return fault, nil
		}
		st.settled.CustomerID = v.CustomerID
		if st.was == pipeline.Uncertain {
			st.settled.State = pipeline.Created
		}
	case VerdictAbsent:
		switch st.was {
		case pipeline.Uncertain:
			st.settled.State = pipeline.Pending
		case pipeline.Created, pipeline.Existing:
			if has != "" {
				return w.correction(st, own)
			}
			if st.was == pipeline.Created {
				return VerdictError{Fault: FaultState}, nil
			}
			st.settled.State = pipeline.Pending
		case pipeline.Pending:
			words, err := w.t.pastWords(v.Ref)
			if err != nil || len(words) == 0 || words[len(words)-1].kind != VerdictAbsent {
				return VerdictError{Fault: FaultState}, err
			}
			st.settled.Already = true
		default:
			return VerdictError{Fault: FaultState}, nil
		}
	case VerdictAccept:
		if !st.was.IsClaim() {
			return VerdictError{Fault: FaultState}, nil
		}
		return w.acceptable(st, own)
	default:
		return VerdictError{Fault: FaultIncomplete}, nil
	}
	return VerdictError{}, nil
}

// takeID gives an ID to a customer, unless another has it.
func (w *verdictCheck) takeID(v *Verdict, own owner) VerdictError {
	one := pipeline.OneID(v.CustomerID)
	if o, taken := w.ids[one]; taken && o.ref != v.Ref {
		return VerdictError{Fault: FaultIDTaken, Other: o.ref, OtherRun: o.run, OtherRow: o.row}
	}
	w.ids[one] = own
	return VerdictError{}
}

// acceptable compares an accepted row's keys with the customer's.
func (w *verdictCheck) acceptable(st *step, own owner) (VerdictError, error) {
	st.settled.State = pipeline.Known
	var left pipeline.State
	err := w.t.one("SELECT state FROM outcome WHERE run = ? AND row = ? AND customer = ?",
		[]any{st.run, st.verdict.Row, st.verdict.Ref}, (*string)(&left))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return VerdictError{}, err
	}
	if st.already {
		st.settled.Already = true
		return VerdictError{}, nil
	}
	// A row that was accepted once reads known. Accepting it again after another row of the customer was accepted
	// would undo that.
	if left != pipeline.Changed {
		return VerdictError{Fault: FaultOtherRow}, nil
	}
	common := false
	for _, k := range st.verdict.Keys {
		tags := w.s.OlderKeyTags(k)
		older := len(tags)
		for all := w.s.keyTags([]pipeline.KeyValue{k}); len(all) > 0; all = all[len(pipeline.Tag{}):] {
			tags = append(tags, pipeline.Tag(all[:len(pipeline.Tag{})]))
		}
		for i, tag := range tags {
			if holds(st.held, tag) {
				common = true
				continue
			}
			other, err := w.holder(tag)
			if err != nil {
				return VerdictError{}, err
			}
			if other.ref != 0 && other.ref != st.verdict.Ref {
				return VerdictError{Fault: FaultKeyTaken, Key: w.s.p.Keys[k.Key].Label, Other: other.ref,
					OtherRun: other.run, OtherRow: other.row}, nil
			}
			if i < older {
				continue // a key that an older muster had in another form: not stored again
			}
			if !holds(st.keys, tag) {
				st.keys = append(st.keys, tag[:]...)
			}
			w.keys[tag] = own
		}
	}
	if !common {
		return VerdictError{Fault: FaultOtherKeys}, nil
	}
	return VerdictError{}, nil
}

// holder is the live customer that has a key, or that an earlier verdict gives it to.
func (w *verdictCheck) holder(tag pipeline.Tag) (owner, error) {
	if o, ok := w.keys[tag]; ok {
		return o, nil
	}
	var o owner
	err := w.t.one(`SELECT c.ref, r.id, c.row FROM key k JOIN customer c ON c.ref = k.customer
		JOIN run r ON r.number = c.run
		WHERE k.tag = ? AND k.released = 0`, []any{tag[:]}, &o.ref, &o.run, &o.row)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return o, err
}
