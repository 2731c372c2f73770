package importer

import (
	"context"
	"slices"
	"time"

	"muster/pipeline"
)

// takeExisting settles a row that the provider says exists already: the ID is taken only from a record that agrees
// with the row (promise 5). open says that an earlier attempt of ours was never answered, and may have created the
// record.
func (c *caller) takeExisting(ctx context.Context, in *pipeline.Intent, reply pipeline.Reply,
	open bool) (pipeline.Outcome, *Halt) {
	o := outcomeOf(reply)
	finder, value := c.finder(in, reply)
	if finder == nil {
		ours := pipeline.Say("outcome.exists_without_id")
		o.State = pipeline.Existing
		if open {
			o.State = pipeline.Uncertain
			ours = c.setup.advised(pipeline.Say("outcome.unanswered_exists"))
		}
		o.Message = withProvider(ours, o.Message)
		return o, nil
	}
	found, err := c.lookUp(ctx, finder, value)
	if err != nil {
		// The provider refused this attempt, so that it is not open.
		o.State = undecided(open)
		o.Message = pipeline.Say("outcome.record_unread", "cause", err)
		return o, lookUpHalt(err)
	}
	if len(found) == 0 {
		o.State = pipeline.Rejected
		if open {
			o.State = pipeline.Uncertain
		}
		o.Message = withProvider(pipeline.Say("outcome.exists_not_found"), o.Message)
		return o, nil
	}
	return c.takeRecord(in, o, found, open), nil
}

// undecided is the state of a row of which nothing more can be known.
func undecided(open bool) pipeline.State {
	if open {
		return pipeline.Uncertain
	}
	return pipeline.Pending
}

// takeRecord settles a row by the records that a look-up found, of which there is at least one.
func (c *caller) takeRecord(in *pipeline.Intent, o pipeline.Outcome, found []pipeline.Found,
	open bool) pipeline.Outcome {
	var agree []pipeline.Found
	var ids []string
	var others []*pipeline.Message
	for _, f := range found {
		differ, comparable := disagreement(c.setup.Provider, in.Entries, f)
		switch {
		case !comparable:
			others = append(others, pipeline.Say("outcome.not_comparable", "id", f.ID))
		case len(differ) > 0:
			others = append(others, pipeline.Say("outcome.record_differs", "id", f.ID, "fields", c.setup.spell(differ)))
		case !slices.Contains(ids, f.ID):
			agree, ids = append(agree, f), append(ids, f.ID)
		}
	}
	if len(agree) > 1 { // muster does not guess which of them it is (promise 12)
		o.State = pipeline.Rejected
		if open {
			o.State = pipeline.Uncertain
		}
		o.Message = withProvider(pipeline.Say("outcome.several_records", "ids", ids), o.Message)
		return o
	}
	if len(agree) == 1 && !c.setup.Provider.Record.FitsID(agree[0].ID) {
		o.State = pipeline.Existing // a person must find its ID
		if open {
			o.State = pipeline.Uncertain
		}
		o.Message = withProvider(pipeline.Say("outcome.record_id_form", "id", agree[0].ID), o.Message)
		return o
	}
	if len(agree) == 1 {
		f := agree[0]
		o.State, o.CustomerID = pipeline.Existing, f.ID
		o.ProviderStatus, o.ProviderCreatedAt, o.Related = f.ProviderStatus, f.CreatedAt, f.Related
		o.Message = pipeline.Say("outcome.existed")
		if open && c.madeByUs(in, f) {
			o.State, o.At = pipeline.Created, in.At
			o.Message = pipeline.Say("outcome.found")
		}
		return o
	}
	o.State = pipeline.Rejected
	ours := pipeline.Say("outcome.another_record", "records", others)
	if o.HTTPStatus == 0 { // a look-up found it; no answer said so
		ours = pipeline.Say("outcome.another_under_key", "records", others)
	}
	o.Message = withProvider(ours, o.Message)
	return o
}

// clockSkew is how far a provider's clock may be behind this machine's.
const clockSkew = 5 * time.Second

// madeByUs reports whether a record was created by our unanswered attempt and not before: it has our own reference,
// or was created after the intent.
func (c *caller) madeByUs(in *pipeline.Intent, f pipeline.Found) bool {
	for _, k := range in.Keys {
		key := c.setup.Provider.Keys[k.Key]
		if theirs, there := f.Values[key.Field]; key.Ours && there {
			return pipeline.Normalise(key.Normalise, pipeline.Trim(theirs)) == pipeline.Normalise(key.Normalise, k.Value)
		}
	}
	made, err := time.Parse(time.RFC3339, f.CreatedAt)
	return err == nil && !made.Before(in.At.Add(-clockSkew))
}

// finder chooses the look-up: by the ID that the answer names, else by a key of the row, preferring those that the
// answer names.
func (c *caller) finder(in *pipeline.Intent, reply pipeline.Reply) (*pipeline.LookUp, string) {
	p := c.setup.Provider
	if byID := p.LookUpByID(); byID != nil && reply.FoundID != "" {
		return byID, reply.FoundID
	}
	var finder *pipeline.LookUp
	var value string
	for _, k := range in.Keys {
		name := p.Keys[k.Key].Name
		byKey := p.LookUpByKey(name)
		if byKey != nil && slices.Contains(reply.ExistsKeys, name) {
			return byKey, k.Value
		}
		if finder == nil && byKey != nil {
			finder, value = byKey, k.Value
		}
	}
	return finder, value
}

// disagreement names the fields of Provider.Same in which a record and a row differ; nil when they agree. A record
// that has none of those fields cannot be compared, and does not count as the row's.
func disagreement(p *pipeline.Provider, entries []pipeline.Entry, found pipeline.Found) (differ []string,
	comparable bool) {
	for _, same := range p.Same {
		var value string
		for _, e := range entries {
			if e.Path == same.Field {
				value = e.Value
			}
		}
		if value == "" {
			continue // of another shape, or left out
		}
		theirs, there := found.Values[same.Field]
		if !there && same.IfThere {
			continue
		}
		comparable = true
		if !there || pipeline.Normalise(same.Normalise, pipeline.Trim(theirs)) !=
			pipeline.Normalise(same.Normalise, value) {
			differ = append(differ, same.Field)
		}
	}
	return differ, comparable
}

// withProvider adds the provider's own text, if there is one.
func withProvider(ours, theirs *pipeline.Message) *pipeline.Message {
	if theirs == nil {
		return ours
	}
	return pipeline.Say("outcome.with_provider", "sentence", ours, "provider", theirs)
}
