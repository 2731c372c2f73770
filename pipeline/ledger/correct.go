package ledger

import (
	"slices"
	"time"

	"muster/pipeline"
)

// pastWord is an earlier verdict of a person on a customer: its ID, or that it is absent.
type pastWord struct {
	kind VerdictKind
	id   string
	was  pipeline.State // the customer's state until then; "" where that is not known
	by   string
	at   time.Time
}

// pastWords reads the earlier verdicts on a customer, oldest first.
func (t *transaction) pastWords(ref int64) (words []pastWord, err error) {
	err = t.each(`SELECT says, customer_id, was, person, at FROM word WHERE customer = ? AND says IN ('id', 'absent')
		ORDER BY number`, []any{ref}, func(rows *cursor) error {
		var w pastWord
		var at int64
		err := rows.Scan((*string)(&w.kind), &w.id, (*string)(&w.was), &w.by, &at)
		w.at = moment(&at)
		words = append(words, w)
		return err
	})
	return words, err
}

// correction checks a verdict against what the ledger has of its customer already: an earlier verdict of a person may
// be corrected, an answer of the provider may not.
func (w *verdictCheck) correction(st *step, own owner) (VerdictError, error) {
	v, has := st.verdict, st.settled.CustomerID
	words, err := w.t.pastWords(v.Ref)
	if err != nil {
		return VerdictError{}, err
	}
	var last pastWord
	if n := len(words); n > 0 {
		last = words[n-1]
	}
	bySomebody := st.was.IsClaim() && last.kind == VerdictID && last.id == has ||
		st.was == pipeline.Pending && last.kind == VerdictAbsent
	switch {
	case !bySomebody && v.Kind == VerdictID && has != "":
		return VerdictError{Fault: FaultOtherID}, nil
	case !bySomebody:
		return VerdictError{Fault: FaultState}, nil
	case !v.Correct && slices.ContainsFunc(words, func(p pastWord) bool {
		return p.kind == v.Kind && p.id == v.CustomerID
	}): // the same verdict again, from an old sheet
		st.settled.Already = true
		return VerdictError{}, nil
	case !v.Correct:
		return VerdictError{Fault: FaultSettled, By: last.by, At: last.at}, nil
	}
	st.settled.Corrected = true
	if v.Kind == VerdictAbsent {
		st.settled.State, st.settled.CustomerID = pipeline.Pending, ""
		return VerdictError{}, nil
	}
	if fault := w.takeID(v, own); fault.Fault != "" {
		return fault, nil
	}
	st.settled.CustomerID = v.CustomerID
	if st.was != pipeline.Pending {
		return VerdictError{}, nil
	}
	st.settled.State = pipeline.Created
	if slices.ContainsFunc(words, func(p pastWord) bool { return p.was == pipeline.Existing }) {
		st.settled.State = pipeline.Existing
	}
	// The customer's keys were released: another customer may have been sent under them since.
	const size = len(pipeline.Tag{})
	for keys := st.held; len(keys) >= size; keys = keys[size:] {
		tag := pipeline.Tag(keys[:size])
		other, err := w.holder(tag)
		if err != nil {
			return VerdictError{}, err
		}
		if other.ref != 0 && other.ref != v.Ref {
			return VerdictError{Fault: FaultSentAgain, Other: other.ref, OtherRun: other.run, OtherRow: other.row}, nil
		}
		w.keys[tag] = own
	}
	return VerdictError{}, nil
}

// ofCustomer selects a customer's outcomes in one state, of its own run and of later ones.
const ofCustomer = `WHERE customer = ?1 AND state = ?2 AND run IN (SELECT r.number FROM run r
	JOIN customer c ON c.namespace = r.namespace WHERE c.ref = ?1 AND r.number >= c.run)`

// correct applies a correction. The outcomes that the corrected verdict had settled change with it, and so do those
// of later runs that knew the customer by it.
func (s *Space) correct(t *transaction, st *step, sentence texts) error {
	ref, to := st.verdict.Ref, st.settled.State
	states := []pipeline.State{st.was}
	if to == pipeline.Pending {
		states = append(states, pipeline.Known)
		if err := t.spellKnown(ref); err != nil {
			return err
		}
	}
	for _, from := range states {
		runs := map[int64]int{}
		err := t.each(`SELECT run, CAST(sum(`+linesOf("run", "row")+`) AS INTEGER) FROM outcome `+ofCustomer+` GROUP BY run`,
			[]any{ref, string(from)}, func(rows *cursor) error {
				var run int64
				var n int
				err := rows.Scan(&run, &n)
				runs[run] = n
				return err
			})
		if err != nil {
			return err
		}
		if err := t.later(`UPDATE outcome SET state = ?3, message = ?4, says = ?5 `+ofCustomer, ref,
			string(from), string(to), sentence.english, sentence.says); err != nil {
			return err
		}
		for run, n := range runs {
			if err := recount(t, run, from, to, n); err != nil {
				return err
			}
		}
	}
	if err := t.later(`UPDATE customer SET state = ?, customer_id = ?, message = ?, says = ? WHERE ref = ?`,
		string(to), st.settled.CustomerID, sentence.english, sentence.says, ref); err != nil {
		return err
	}
	switch {
	case to == pipeline.Pending:
		return release(t, ref)
	case st.was == pipeline.Pending:
		return retake(t, ref, st.held)
	}
	return nil
}

// retake gives a customer the keys back that it had released.
func retake(t *transaction, ref int64, keys []byte) error {
	const size = len(pipeline.Tag{})
	for ; len(keys) >= size; keys = keys[size:] {
		if err := t.later("UPDATE key SET released = 0 WHERE tag = ? AND released = ?", keys[:size], ref); err != nil {
			return err
		}
	}
	return nil
}
