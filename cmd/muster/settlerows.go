package main

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// customer finds the customer that a line is about, by its row or by its key;
// false says that a mistake was noted.
func (s *settler) customer(ctx context.Context, e *settleEntry) (pipeline.Outcome, bool, error) {
	run, known, err := s.runOf(ctx, e)
	if err != nil || !known {
		return pipeline.Outcome{}, false, err
	}
	key := withoutApostrophe(e.line.Key)
	switch {
	case e.line.Row != "" && run != "":
		return s.byRow(ctx, e, run, key)
	case e.word.Says == ledger.SaysAccept:
		s.mistake(e.sheet, e.line, e.from, "accept is on a row of a run: nothing here says which; name the run of this report with --run")
	case key == "" && e.line.Row != "":
		s.mistake(e.sheet, e.line, "row", "nothing says which run this row is of; name it with --run, or in a column run")
	case key == "":
		s.mistake(e.sheet, e.line, "key", "neither a row nor a key says which customer is meant")
	case masked(key):
		s.mistake(e.sheet, e.line, "key", "the key is shown masked and says nothing; name the row, and its run with --run")
	default:
		return s.byKey(ctx, e, key)
	}
	return pipeline.Outcome{}, false, nil
}

// runOf is the run that a line's row is of; "" when nothing says so.
func (s *settler) runOf(ctx context.Context, e *settleEntry) (id string, ok bool, err error) {
	if s.named != "" {
		id = s.named
	} else if id = e.line.Run; runOfRequest(pipeline.State(e.line.State)) {
		id = e.sheet.ownRun
	}
	if id == "" {
		return "", true, nil
	}
	run, there, err := s.run(ctx, id)
	switch {
	case err != nil:
		return "", false, err
	case !there:
		s.mistake(e.sheet, e.line, "run", "the ledger has no such run; `muster runs` lists them")
		return "", false, nil
	case run.Namespace != s.namespace:
		s.mistake(e.sheet, e.line, "run", "run %s is of %s, and not of %s", id, run.Namespace, s.namespace)
		return "", false, nil
	}
	return id, true, nil
}

func (s *settler) byRow(ctx context.Context, e *settleEntry, run, key string) (o pipeline.Outcome, ok bool, err error) {
	number, err := strconv.Atoi(e.line.Row)
	if err != nil || number < 1 {
		s.mistake(e.sheet, e.line, "row", "a row's number is wanted, such as 17")
		return o, false, nil
	}
	o, there, err := s.ledger.RowOutcome(ctx, run, number)
	switch {
	case err != nil:
		return o, false, err
	case !there:
		s.mistake(e.sheet, e.line, "row", "run %s has nothing of row %d: it was never sent, or is not in its book", run, number)
		return o, false, nil
	case o.Ref == 0:
		s.mistake(e.sheet, e.line, e.from, "row %d of run %s is %s: nothing was sent for it, and there is nothing to settle", number, run, o.State)
		return o, false, nil
	}
	if key != "" && !masked(key) {
		refs, err := s.ledger.History(ctx, s.keyTags(key))
		if err != nil {
			return o, false, err
		}
		if !slices.Contains(refs, o.Ref) {
			s.mistake(e.sheet, e.line, "key", "this is not the key of row %d in run %s; is this the report of another run?", number, run)
			return o, false, nil
		}
	}
	e.word.Ref, e.word.Run, e.word.Row = o.Ref, run, o.Row // its customer's first row
	return o, true, nil
}

// byKey finds the live customer that has the key, else the last that had it.
func (s *settler) byKey(ctx context.Context, e *settleEntry, key string) (o pipeline.Outcome, ok bool, err error) {
	tags := s.keyTags(key)
	claims, err := s.space.Find(ctx, tags)
	if err != nil {
		return o, false, err
	}
	for _, c := range claims {
		switch {
		case c == nil || c.Ref == e.word.Ref:
		case e.word.Ref != 0:
			s.mistake(e.sheet, e.line, "key", "several customers have this key, one as their %s; name the row and the run", keyLabels(s.def.Provider()))
			return o, false, nil
		default:
			e.word.Ref, o = c.Ref, c.Outcome
		}
	}
	if e.word.Ref != 0 {
		return o, true, nil
	}
	refs, err := s.ledger.History(ctx, tags)
	if err != nil {
		return o, false, err
	}
	if len(refs) == 0 {
		s.mistake(e.sheet, e.line, "key", "the ledger knows no customer of %s with this key", s.namespace)
		return o, false, nil
	}
	e.word.Ref = refs[0]
	return o, true, nil
}

func (s *settler) keyTags(key string) []pipeline.Tag { return keyTags(s.space, s.def.Provider(), key) }

// keyTags are the tags of a value under every key of the provider.
func keyTags(space *ledger.Space, p *pipeline.Provider, value string) (tags []pipeline.Tag) {
	for _, k := range p.Keys {
		if n := pipeline.Normalise(k.Normalise, pipeline.Trim(value)); n != "" {
			tags = append(tags, space.KeyTag(k.Name, n))
		}
	}
	return tags
}

// errRead ends a pass over a book once all rows are there.
var errRead = errors.New("all rows are read")

// fillAccepted reads the rows that are accepted from the books of their runs.
func (s *settler) fillAccepted(ctx context.Context) error {
	byRun := map[string]map[int][]*settleEntry{}
	var order []string
	for i := range s.entries {
		w := &s.entries[i].word
		if w.Says != ledger.SaysAccept {
			continue
		}
		if byRun[w.Run] == nil {
			byRun[w.Run] = map[int][]*settleEntry{}
			order = append(order, w.Run)
		}
		byRun[w.Run][w.Row] = append(byRun[w.Run][w.Row], &s.entries[i])
	}
	if len(order) > 1 && s.flags.bookPath != "" {
		return pipeline.Mistakef("--book names one book, and rows of %d runs are accepted", len(order)).Try("settle the rows of one run at a time, with --run")
	}
	for _, id := range order {
		if err := s.fillFrom(ctx, s.runs[id], byRun[id]); err != nil {
			return err
		}
	}
	// A row that could not be read is a mistake already.
	s.entries = slices.DeleteFunc(s.entries, func(e settleEntry) bool { return e.word.Says == ledger.SaysAccept && e.word.Entries == nil })
	return nil
}

func (s *settler) fillFrom(ctx context.Context, run pipeline.Run, rows map[int][]*settleEntry) error {
	b, _, err := s.flags.book.openAgain(ctx, s.def, run, s.flags.bookPath)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, changed := range changedSince(run, b, s.def.Provider().Digest) {
		s.say("run %s: %s; what is accepted is the row as it reads now", run.ID, changed)
	}
	var d pipeline.Draft
	left := len(rows)
	err = b.Rows(ctx, func(row pipeline.Row) error {
		entries := rows[row.Number]
		if entries == nil {
			return nil
		}
		b.check.Check(row, &d)
		for _, e := range entries {
			if len(d.Problems) > 0 {
				s.mistake(e.sheet, e.line, e.from, "row %d of run %s breaks the provider's schema now (`muster check` says where), and cannot be accepted", row.Number, run.ID)
				continue
			}
			e.word.Entries, e.word.Keys = slices.Clone(d.Entries), slices.Clone(d.Keys)
		}
		if left--; left == 0 {
			return errRead
		}
		return nil
	})
	switch {
	case errors.Is(err, errRead):
		return nil
	case err != nil:
		return err
	}
	for number, entries := range rows {
		for _, e := range entries {
			if e.word.Entries == nil {
				s.mistake(e.sheet, e.line, "row", "the book of run %s has no row %d", run.ID, number)
			}
		}
	}
	return nil
}

// knownNamespace refuses a namespace that the ledger has no run of.
func knownNamespace(ctx context.Context, l *ledger.Ledger, n pipeline.Namespace) error {
	runs, err := l.Runs(ctx)
	if err != nil {
		return err
	}
	var others []string
	for _, r := range runs {
		if r.Namespace == n {
			return nil
		}
		if text := r.Namespace.String(); !slices.Contains(others, text) {
			others = append(others, text)
		}
	}
	return pipeline.Mistakef("ledger %s: has no run of %s", l.Path(), n).
		Try("it has runs of " + list(others) + "; name the one that is meant with --provider, --env, --base-url and --account")
}
