package importer

import (
	"context"
	"fmt"
	"strings"

	"muster/pipeline"
)

const existsWithoutID = "the provider has this customer already, and offers no look-up that gives its ID: find the ID in the provider's dashboard"

// takeExisting settles a row of which the provider says that it exists: the ID
// is taken only from a record that agrees with the row (promise 5).
func (s *sending) takeExisting(ctx context.Context, in *pipeline.Intent, reply pipeline.Reply) pipeline.Outcome {
	o := outcomeOf(reply)
	finder, value := s.finder(in, reply)
	if finder == nil {
		o.State, o.Message = pipeline.Existing, joinMessages(existsWithoutID, o.Message)
		return o
	}
	found, err := s.lookUp(ctx, finder, value)
	if err != nil {
		// The provider refused to make it, so nothing of ours is open there.
		o.State = pipeline.Pending
		o.Message = "the provider says that it exists, and its record could not be read; run again to look once more: " + err.Error()
		return o
	}
	var others []string
	for _, f := range found {
		differ := disagreement(s.setup.Provider, in.Entries, f)
		if len(differ) == 0 {
			o.State, o.CustomerID = pipeline.Existing, f.ID
			o.ProviderStatus, o.ProviderCreatedAt, o.Related = f.ProviderStatus, f.CreatedAt, f.Related
			o.Message = "the provider had this customer already, and its record agrees with the row"
			return o
		}
		others = append(others, fmt.Sprintf("%s differs in %s", f.ID, strings.Join(differ, ", ")))
	}
	o.State = pipeline.Rejected
	if len(found) == 0 {
		o.Message = joinMessages("the provider says that it exists, but its look-up finds no such customer", o.Message)
		return o
	}
	o.Message = joinMessages("the provider says that it exists, but its record is not this customer: "+strings.Join(others, "; "), o.Message)
	return o
}

// finder chooses the look-up: by the ID that the answer names, else by a key
// of the row.
func (s *sending) finder(in *pipeline.Intent, reply pipeline.Reply) (*pipeline.LookUp, string) {
	p := s.setup.Provider
	if byID := p.LookUpByID(); byID != nil && reply.FoundID != "" {
		return byID, reply.FoundID
	}
	for _, k := range in.Keys {
		if byKey := p.LookUpByKey(p.Keys[k.Key].Name); byKey != nil {
			return byKey, k.Value
		}
	}
	return nil, ""
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
		if !there || pipeline.Normalise(same.Normalise, pipeline.Trim(theirs)) != pipeline.Normalise(same.Normalise, value) {
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
