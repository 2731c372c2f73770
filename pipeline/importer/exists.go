package importer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/pipeline"
)

const existsWithoutID = "the provider has this customer already, and offers no look-up that gives its ID: " +
	"find the ID in the provider's dashboard"

// takeExisting settles a row of which the provider says that it exists: the ID
// is taken only from a record that agrees with the row (promise 5). open says
// that an earlier attempt of ours was never answered, and may have made it.
func (c *caller) takeExisting(ctx context.Context, in *pipeline.Intent, reply pipeline.Reply,
	open bool) (pipeline.Outcome, *Halt) {
	o := outcomeOf(reply)
	finder, value := c.finder(in, reply)
	if finder == nil {
		ours := existsWithoutID
		o.State = pipeline.Existing
		if open {
			o.State = pipeline.Uncertain
			ours = "an attempt was never answered, and now the provider says that it exists, without its ID: " +
				c.setup.Provider.Settle.Advice.In("en")
		}
		o.Message = joinMessages(ours, o.Message)
		return o, nil
	}
	found, err := c.lookUp(ctx, finder, value)
	if err != nil {
		// The provider refused to make it, so nothing of this attempt is open there.
		o.State = undecided(open)
		o.Message = "the provider says that it exists, and its record could not be read; " +
			"run again to look once more: " + err.Error()
		return o, lookUpHalt(err)
	}
	if len(found) == 0 {
		o.State = pipeline.Rejected
		if open {
			o.State = pipeline.Uncertain
		}
		o.Message = joinMessages("the provider says that it exists, but its look-up finds no such customer", o.Message)
		return o, nil
	}
	return c.takeRecord(in, o, found, open), nil
}

// undecided is the state of a row of which nothing more is known.
func undecided(open bool) pipeline.State {
	if open {
		return pipeline.Uncertain
	}
	return pipeline.Pending
}

// takeRecord settles a row by the records that a look-up found, at least one.
func (c *caller) takeRecord(in *pipeline.Intent, o pipeline.Outcome, found []pipeline.Found,
	open bool) pipeline.Outcome {
	var agree []pipeline.Found
	var ids, others []string
	for _, f := range found {
		differ := disagreement(c.setup.Provider, in.Entries, f)
		switch {
		case len(differ) > 0:
			others = append(others, fmt.Sprintf("%s differs in %s", f.ID, c.setup.spell(differ)))
		case !slices.Contains(ids, f.ID):
			agree, ids = append(agree, f), append(ids, f.ID)
		}
	}
	if len(agree) > 1 { // which of them it is, is not guessed (promise 12)
		o.State = pipeline.Rejected
		if open {
			o.State = pipeline.Uncertain
		}
		o.Message = joinMessages("several of the provider's records agree with the row: "+strings.Join(ids, ", ")+
			"; decide which one it is", o.Message)
		return o
	}
	if len(agree) == 1 {
		f := agree[0]
		o.State, o.CustomerID = pipeline.Existing, f.ID
		o.ProviderStatus, o.ProviderCreatedAt, o.Related = f.ProviderStatus, f.CreatedAt, f.Related
		o.Message = "the provider had this customer already, and its record agrees with the row"
		if open && c.madeByUs(in, f) {
			o.State, o.At = pipeline.Created, in.At
			o.Message = "found at the provider after an attempt without an answer; the record agrees with the row"
		}
		return o
	}
	o.State = pipeline.Rejected
	says := "the provider says that it exists, but its record is not this customer: "
	if o.HTTPStatus == 0 { // nothing said so: a look-up found it
		says = "what the provider has under the same key is not this customer: "
	}
	o.Message = joinMessages(says+strings.Join(others, "; "), o.Message)
	return o
}

// clockSkew is how far a provider's clock may be behind ours.
const clockSkew = 5 * time.Second

// madeByUs tells a record that our unanswered attempt made from one that was
// there before: it carries our own reference, or was made after the intent.
func (c *caller) madeByUs(in *pipeline.Intent, f pipeline.Found) bool {
	for _, k := range in.Keys {
		key := c.setup.Provider.Keys[k.Key]
		if theirs, there := f.Values[key.Field]; key.Ours && there {
			return pipeline.Normalise(key.Normalise, pipeline.Trim(theirs)) == k.Normalised
		}
	}
	made, err := time.Parse(time.RFC3339, f.CreatedAt)
	return err == nil && !made.Before(in.At.Add(-clockSkew))
}

// finder chooses the look-up: by the ID that the answer names, else by a key
// of the row, one of those that the answer names first.
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

// disagreement names the fields of Provider.Same in which a record and a row
// differ; nil when they agree. A record that shares none of them with the row
// disagrees in all.
func disagreement(p *pipeline.Provider, entries []pipeline.Entry, found pipeline.Found) []string {
	var differ, compared []string
	for _, same := range p.Same {
		var value string
		for _, e := range entries {
			if e.Path == same.Field {
				value = e.Value
			}
		}
		if value == "" {
			continue // belongs to another shape, or was left out
		}
		theirs, there := found.Values[same.Field]
		if !there && same.IfThere {
			continue
		}
		compared = append(compared, same.Field)
		if !there || pipeline.Normalise(same.Normalise, pipeline.Trim(theirs)) !=
			pipeline.Normalise(same.Normalise, value) {
			differ = append(differ, same.Field)
		}
	}
	if len(compared) == 0 {
		return []string{"everything that could be compared"}
	}
	return differ
}

func joinMessages(ours, theirs string) string {
	if theirs == "" {
		return ours
	}
	return ours + " (provider: " + theirs + ")"
}
