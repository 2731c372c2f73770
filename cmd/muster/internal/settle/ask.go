package settle

import (
	"context"
	"errors"
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/submit"
)

// Directory asks the provider about an ID.
type Directory struct {
	// Ask returns the record of the customer with the ID, none when the provider says that there is no such customer.
	// nil: the provider cannot be asked, and Why says why.
	Ask func(ctx context.Context, id string) ([]pipeline.Found, error)
	Why *pipeline.Message
}

// askAbout asks the provider about the IDs that the ledger would accept: done are the entries as the ledger would
// have them. A record must agree with its row. When the provider cannot be asked, the ID is accepted unchecked, and
// one note says so.
func (s *settler) askAbout(ctx context.Context, done []ledger.Settled) error {
	var asked []*entry
	for i, d := range done {
		if e := &s.entries[i]; e.settles.Kind == ledger.VerdictID && !d.Already {
			e.settles.Checked = ledger.CheckedNot
			asked = append(asked, e)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	why := s.to.Directory.Why
	if s.to.Directory.Ask != nil {
		requests, err := s.requests(ctx, asked)
		if err != nil {
			return err
		}
		for _, e := range asked {
			found, err := s.to.Directory.Ask(ctx, e.settles.CustomerID)
			if err != nil {
				why = pipeline.MessageOf(err)
				if ofOneID(err) {
					continue
				}
				break // it cannot be reached for the others either
			}
			if len(found) == 0 {
				if blind := s.blind(ctx); blind != nil {
					why = blind
					continue
				}
			}
			if err := s.compare(ctx, e, requests[e.settles.Ref], found); err != nil {
				return err
			}
		}
	}
	left := 0
	for _, e := range asked {
		if e.settles.Checked == ledger.CheckedNot {
			left++
		}
	}
	if left > 0 && len(s.mistakes) == 0 && why != nil {
		s.to.Note(pipeline.Say("cmd_settle.not_asked", "count", left, "reason", why))
	}
	return nil
}

// blind is why a look-up without a result proves nothing: a person insists on the ID, or the look-up does not even
// find a customer whose ID the provider itself gave, as when it does not work at all. nil when it proves that there
// is no such customer.
func (s *settler) blind(ctx context.Context) *pipeline.Message {
	if s.to.AnyID {
		return pipeline.Say("cmd_settle.not_there")
	}
	if s.known == "" {
		return nil
	}
	if s.control == nil {
		found, err := s.to.Directory.Ask(ctx, s.known)
		finds := err == nil && len(found) > 0
		s.control = &finds
	}
	if *s.control {
		return nil
	}
	return pipeline.Say("cmd_settle.look_up_blind", "id", s.known)
}

// ofOneID reports whether a look-up failed because of its ID, so that those of other IDs may succeed.
func ofOneID(err error) bool {
	var failed *submit.LookUpError
	if !errors.As(err, &failed) {
		return false
	}
	switch failed.Status {
	case 401, 403, 405, 408, 429:
		return false
	}
	return failed.Status >= 200 && failed.Status <= 299 || failed.Status >= 400 && failed.Status <= 499
}

// requests are the requests of the entries' customers that the ledger still has: those of uncertain customers.
func (s *settler) requests(ctx context.Context, entries []*entry) (map[int64]*pipeline.Intent, error) {
	requests := map[int64]*pipeline.Intent{}
	for _, e := range entries {
		requests[e.settles.Ref] = nil
	}
	for in, err := range s.to.Space.Sealed(ctx) {
		if errors.Is(err, ledger.ErrUnusable) {
			break // they cannot be opened with this key file: the rest is settled without them
		}
		if err != nil {
			return nil, err
		}
		if _, wanted := requests[in.Ref]; !wanted {
			continue
		}
		if in.Entries, err = importer.EntriesOf(in.Body); err != nil {
			return nil, err
		}
		requests[in.Ref] = &in
	}
	return requests, nil
}

// compare notes what a look-up by an entry's ID says about the entry. request is nil when the ledger does not have
// it.
func (s *settler) compare(ctx context.Context, e *entry, request *pipeline.Intent, found []pipeline.Found) error {
	if len(found) == 0 {
		s.wrong(e, e.verdict.Column, "cmd_settle.no_such_customer")
		return nil
	}
	var of agreement
	if request != nil {
		of = compared(s.to.Provider, request, &found[0])
	} else {
		var err error
		if of, err = s.comparedByTags(ctx, e.settles.Ref, &found[0]); err != nil {
			return err
		}
	}
	switch {
	case len(of.differ) > 0:
		s.wrong(e, e.verdict.Column, "cmd_settle.record_differs", "fields", of.differ)
	case of.agrees:
		e.settles.Checked = ledger.CheckedAgrees
	default:
		e.settles.Checked = ledger.CheckedFound
	}
	return nil
}

// agreement says whether a record and a request are of one customer.
type agreement struct {
	agrees bool
	differ []string // fields
}

// compared compares a record with a request by its keys. When the record has none, those fields decide that tell
// customers apart.
func compared(p *pipeline.Provider, in *pipeline.Intent, f *pipeline.Found) (of agreement) {
	for _, k := range in.Keys {
		key := &p.Keys[k.Key]
		theirs, there := f.Values[key.Field]
		if same, says := submit.CompareKey(theirs, k, key.Normalise); !there || !says {
			continue
		} else if same {
			of.agrees = true
		} else {
			of.differ = append(of.differ, key.Field)
		}
	}
	if of.agrees || len(of.differ) > 0 {
		return of
	}
	for _, same := range p.Same {
		theirs, there := f.Values[same.Field]
		for _, ours := range in.Entries {
			if !there || ours.Path != same.Field || strings.Contains(theirs, "*") {
				continue
			}
			if pipeline.Normalise(same.Normalise, pipeline.Trim(theirs)) ==
				pipeline.Normalise(same.Normalise, pipeline.Trim(ours.Value)) {
				of.agrees = true
			} else {
				of.differ = append(of.differ, same.Field)
			}
		}
	}
	return of
}

// comparedByTags compares a record's keys with the tags in the ledger.
func (s *settler) comparedByTags(ctx context.Context, ref int64, f *pipeline.Found) (of agreement, err error) {
	for _, key := range s.to.Provider.Keys {
		theirs, there := f.Values[key.Field]
		if _, says := submit.CompareKey(theirs, pipeline.KeyValue{}, nil); !there || !says {
			continue
		}
		same := false
		for _, spelling := range spellings(theirs) {
			o, err := s.to.Space.CustomerOfKey(ctx, spelling)
			var none *ledger.LookupError
			if err != nil && !errors.As(err, &none) {
				return of, err
			}
			same = same || err == nil && o.Ref == ref
		}
		if same {
			of.agrees = true
		} else {
			of.differ = append(of.differ, key.Field)
		}
	}
	if of.agrees {
		of.differ = nil
	}
	return of, nil
}

// spellings are a key in the forms in which a row may have it: for a number also without its check digit, and without
// leading zeros.
func spellings(key string) []string {
	key = pipeline.Trim(key)
	all := []string{key}
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-", r) {
			return -1
		}
		return r
	}, key)
	if strings.Trim(digits, "0123456789") == "" && len(digits) > 1 {
		all = append(all, digits, digits[:len(digits)-1], strings.TrimLeft(digits, "0"))
	}
	return all
}
