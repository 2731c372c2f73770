package ledger

import (
	"context"
	"slices"

	"muster/pipeline"
)

// LookupFault is why a look-up does not find one customer.
type LookupFault string

const (
	LookupNoRun     LookupFault = "no_run"    // the ledger has no run of that ID
	LookupElsewhere LookupFault = "elsewhere" // the run is of another namespace
	LookupNoRow     LookupFault = "no_row"    // the run has no record of the row
	LookupNotSent   LookupFault = "not_sent"  // nothing was sent for the row
	LookupOtherKey  LookupFault = "other_key" // the row's customer never had the key
	LookupNoKey     LookupFault = "no_key"    // no customer has or had the key
	LookupSeveral   LookupFault = "several"   // the key belongs to several customers, to each as another kind of key
)

// LookupError is a look-up that does not find one customer. It never contains the key.
type LookupError struct {
	Fault     LookupFault
	Namespace pipeline.Namespace // the run's with LookupElsewhere, else the one that was searched
	Run       string             // "" where only a key was looked up
	Row       int                // likewise
	State     pipeline.State     // of the row, with LookupNotSent
}

// Error shows the fault; the caller has the sentence for it.
func (e *LookupError) Error() string { return "look-up " + string(e.Fault) }

// Namespaces lists the namespaces of all runs, in the order of their first runs.
func (l *Ledger) Namespaces(ctx context.Context) (all []pipeline.Namespace, err error) {
	err = l.read(ctx, func(t *transaction) error {
		all = nil
		return t.each(`SELECT n.provider, n.env, n.account FROM namespace n JOIN run r ON r.namespace = n.number
			GROUP BY n.number ORDER BY min(r.number)`, nil, func(rows *cursor) error {
			var n pipeline.Namespace
			err := rows.Scan(&n.Provider, &n.Env, &n.Account)
			all = append(all, n)
			return err
		})
	})
	return all, err
}

// RunByID finds a run by its full ID; false when there is none.
func (l *Ledger) RunByID(ctx context.Context, id string) (run pipeline.Run, ok bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		runs, err := t.runs(runColumns+"WHERE r.id = ?", id)
		if ok = len(runs) > 0; ok {
			run = runs[0]
		}
		return err
	})
	return run, ok, err
}

// Run finds a run of the namespace by its full ID. Its error is a *LookupError when there is none, or it is of
// another namespace.
func (s *Space) Run(ctx context.Context, id string) (pipeline.Run, error) {
	run, ok, err := s.l.RunByID(ctx, id)
	switch {
	case err != nil:
		return pipeline.Run{}, err
	case !ok:
		return pipeline.Run{}, &LookupError{Fault: LookupNoRun, Namespace: s.ns, Run: id}
	case run.Namespace != s.ns:
		return pipeline.Run{}, &LookupError{Fault: LookupElsewhere, Namespace: run.Namespace, Run: id}
	}
	return run, nil
}

// KeyTags are the tags of a value under every key of the definition that it may be, normalised as the definition
// says.
func (s *Space) KeyTags(value string) (tags []pipeline.Tag) {
	for i, k := range s.p.Keys {
		if n := pipeline.Normalise(k.Normalise, pipeline.Trim(value)); n != "" {
			tags = append(tags, s.KeyTag(k.Name, n))
			tags = append(tags, s.OlderKeyTags(pipeline.KeyValue{Key: i, Value: pipeline.Trim(value), Normalised: n})...)
		}
	}
	return tags
}

// CustomerOfRow finds the customer that a run, named by its full ID, met in a row of its book, and returns the run's
// outcome of it, whose Row is the first of the customer's rows. A key that is not "" must be one that the customer
// has or had. Its error is a *LookupError.
func (s *Space) CustomerOfRow(ctx context.Context, run string, row int, key string) (pipeline.Outcome, error) {
	fault := LookupError{Namespace: s.ns, Run: run, Row: row}
	o, there, err := s.l.RowOutcome(ctx, run, row)
	switch {
	case err != nil:
		return pipeline.Outcome{}, err
	case !there:
		fault.Fault = LookupNoRow
		return pipeline.Outcome{}, &fault
	case o.Ref == 0:
		fault.Fault, fault.State = LookupNotSent, o.State
		return pipeline.Outcome{}, &fault
	case key == "":
		return o, nil
	}
	refs, err := s.l.History(ctx, s.KeyTags(key))
	if err != nil {
		return pipeline.Outcome{}, err
	}
	if !slices.Contains(refs, o.Ref) {
		fault.Fault = LookupOtherKey
		return pipeline.Outcome{}, &fault
	}
	return o, nil
}

// CustomerOfKey finds the live customer that has the key, and returns its present outcome; else the last one that had
// it, with only Ref set. Its error is a *LookupError.
func (s *Space) CustomerOfKey(ctx context.Context, key string) (pipeline.Outcome, error) {
	tags := s.KeyTags(key)
	claims, err := s.Find(ctx, tags)
	if err != nil {
		return pipeline.Outcome{}, err
	}
	var found *pipeline.Claim
	for _, c := range claims {
		switch {
		case c == nil || found != nil && c.Ref == found.Ref:
		case found != nil:
			return pipeline.Outcome{}, &LookupError{Fault: LookupSeveral, Namespace: s.ns}
		default:
			found = c
		}
	}
	if found != nil {
		return found.Outcome, nil
	}
	refs, err := s.l.History(ctx, tags)
	switch {
	case err != nil:
		return pipeline.Outcome{}, err
	case len(refs) == 0:
		return pipeline.Outcome{}, &LookupError{Fault: LookupNoKey, Namespace: s.ns}
	}
	return pipeline.Outcome{Ref: refs[0]}, nil
}
