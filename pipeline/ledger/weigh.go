package ledger

import (
	"database/sql"
	"encoding/json"
	"errors"

	"muster/pipeline"
)

// step is one word held against the ledger.
type step struct {
	word *Word
	told Told
	was  pipeline.State
	run  int64 // the number of Word.Run; 0 without one
	body pipeline.Tag
	keys []byte // accept: the tags that are new to the customer
	held []byte // those that it has
}

// weighing is what the words of one call have claimed so far.
type weighing struct {
	s      *Space
	t      *transaction
	number int64
	words  []Word
	steps  []step
	first  map[int64]int          // customer to the first word on it
	ids    map[string]owner       // ID to the customer that has it
	keys   map[pipeline.Tag]owner // key to the customer that accepts it
	errs   []WordMistake
}

// owner is a customer, and the row that it was begun for.
type owner struct {
	ref int64
	run string
	row int
}

func (s *Space) weigh(t *transaction, number int64, words []Word) ([]step, error) {
	w := weighing{s: s, t: t, number: number, words: words, steps: make([]step, len(words)), first: map[int64]int{},
		keys: map[pipeline.Tag]owner{}}
	if err := w.owners(); err != nil {
		return nil, err
	}
	for i := range words {
		if err := w.weigh(i); err != nil {
			return nil, err
		}
	}
	if len(w.errs) > 0 {
		return nil, &WordsError{w.errs}
	}
	return w.steps, nil
}

// owners finds who has the IDs that are said, in one pass: the table has no
// index by ID, which every import would pay for.
func (w *weighing) owners() error {
	w.ids = map[string]owner{}
	said := []string{}
	for i := range w.words {
		if w.words[i].Says == SaysID {
			said = append(said, w.words[i].CustomerID)
		}
	}
	if len(said) == 0 {
		return nil
	}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return w.t.each(`SELECT c.customer_id, c.ref, r.id, c.row FROM customer c JOIN run r ON r.number = c.run
		WHERE c.namespace = ? AND c.customer_id <> '' AND c.state IN ('created', 'existing')
		AND c.customer_id IN (
			SELECT value FROM json_each(?))`, []any{w.number, string(text)}, func(rows *sql.Rows) error {
		var id string
		var o owner
		err := rows.Scan(&id, &o.ref, &o.run, &o.row)
		w.ids[id] = o
		return err
	})
}

func (w *weighing) weigh(i int) error {
	word, st := &w.words[i], &w.steps[i]
	*st = step{word: word, told: Told{Ref: word.Ref}}
	refuse := func(m WordMistake) error {
		m.Index, m.Ref, m.Says, m.State, m.CustomerID = i, word.Ref, word.Says, st.was, st.told.CustomerID
		w.errs = append(w.errs, m)
		return nil
	}
	if word.Says == SaysID && word.CustomerID == "" || word.Says == SaysAccept && (len(word.Entries) == 0 ||
		word.Run == "") {
		return refuse(WordMistake{Fault: WordIncomplete})
	}
	var own owner
	var body []byte
	err := w.t.one(`SELECT c.state, c.customer_id, c.body, c.keys, r.id, c.row FROM customer c
		JOIN run r ON r.number = c.run
		WHERE c.ref = ? AND c.namespace = ?`, []any{word.Ref, w.number},
		(*string)(&st.was), &st.told.CustomerID, &body, &st.held, &own.run, &own.row)
	if errors.Is(err, sql.ErrNoRows) {
		return refuse(WordMistake{Fault: WordUnknown})
	}
	if err != nil {
		return err
	}
	own.ref, st.told.State = word.Ref, st.was
	if word.Run != "" {
		n, err := w.s.l.run(w.t, word.Run)
		if err != nil {
			return err
		}
		st.run = n.number
	}
	if word.Says == SaysAccept {
		st.body = w.s.BodyTag(word.Entries)
	}
	if n, twice := w.first[word.Ref]; twice {
		if f := &w.steps[n]; f.word.Says != word.Says || f.word.CustomerID != word.CustomerID || f.body != st.body {
			return refuse(WordMistake{Fault: WordOpposed, Other: int64(n)})
		}
		st.told = w.steps[n].told
		st.told.Already = true
		return nil
	}
	w.first[word.Ref] = i
	fault, err := w.fits(st, own, pipeline.Tag(body))
	if err != nil {
		return err
	}
	if fault.Fault != "" {
		return refuse(fault)
	}
	return nil
}

// fits holds a word against its customer and says what it makes of it.
func (w *weighing) fits(st *step, own owner, body pipeline.Tag) (WordMistake, error) {
	word := st.word
	has := st.told.CustomerID
	switch word.Says {
	case SaysID:
		switch {
		case has == word.CustomerID:
			st.told.Already = true
			return WordMistake{}, nil
		case has != "":
			return WordMistake{Fault: WordOtherID}, nil
		case st.was != pipeline.Uncertain && !st.was.IsClaim():
			return WordMistake{Fault: WordState}, nil
		}
		if o, taken := w.ids[word.CustomerID]; taken && o.ref != word.Ref {
			return WordMistake{Fault: WordIDTaken, Other: o.ref, OtherRun: o.run, OtherRow: o.row}, nil
		}
		w.ids[word.CustomerID] = own
		st.told.CustomerID = word.CustomerID
		if st.was == pipeline.Uncertain {
			st.told.State = pipeline.Created
		}
	case SaysAbsent:
		switch st.was {
		case pipeline.Uncertain:
			st.told.State = pipeline.Pending
		case pipeline.Pending:
			last, err := w.lastWord(word.Ref)
			if err != nil || last != SaysAbsent {
				return WordMistake{Fault: WordState}, err
			}
			st.told.Already = true
		default:
			return WordMistake{Fault: WordState}, nil
		}
	case SaysAccept:
		if !st.was.IsClaim() {
			return WordMistake{Fault: WordState}, nil
		}
		return w.acceptable(st, own, body)
	default:
		return WordMistake{Fault: WordIncomplete}, nil
	}
	return WordMistake{}, nil
}

// acceptable holds an accepted row's keys against the customer's.
func (w *weighing) acceptable(st *step, own owner, body pipeline.Tag) (WordMistake, error) {
	st.told.State = pipeline.Known
	var left pipeline.State
	err := w.t.one("SELECT state FROM outcome WHERE run = ? AND row = ? AND customer = ?",
		[]any{st.run, st.word.Row, st.word.Ref}, (*string)(&left))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return WordMistake{}, err
	}
	if st.body == body {
		st.told.Already = true
		return WordMistake{}, nil
	}
	// A row that was accepted once reads known: given again after another row of
	// the customer was accepted, it would undo that.
	if left != pipeline.Changed {
		return WordMistake{Fault: WordOtherRow}, nil
	}
	common := false
	for _, k := range st.word.Keys {
		if k.Normalised == "" {
			continue
		}
		name := w.s.p.Keys[k.Key].Name
		tag := w.s.KeyTag(name, k.Normalised)
		if holds(st.held, tag) {
			common = true
			continue
		}
		other, err := w.holder(tag)
		if err != nil {
			return WordMistake{}, err
		}
		if other.ref != 0 && other.ref != st.word.Ref {
			return WordMistake{Fault: WordKeyTaken, Key: w.s.p.Keys[k.Key].Label.In("en"), Other: other.ref, OtherRun: other.run,
				OtherRow: other.row}, nil
		}
		if !holds(st.keys, tag) {
			st.keys = append(st.keys, tag[:]...)
		}
		w.keys[tag] = own
	}
	if !common {
		return WordMistake{Fault: WordOtherKeys}, nil
	}
	return WordMistake{}, nil
}

// holder is the live customer that has a key, or is given it by a word.
func (w *weighing) holder(tag pipeline.Tag) (owner, error) {
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

func (w *weighing) lastWord(ref int64) (says Says, err error) {
	err = w.t.one("SELECT says FROM word WHERE customer = ? ORDER BY number DESC LIMIT 1", []any{ref}, (*string)(&says))
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return says, err
}
