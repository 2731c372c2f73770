package importer

import (
	"context"
	"encoding/binary"
	"hash/maphash"

	"muster/pipeline"
)

// keyTag is the tag of a key's normalised value.
func (s Setup) keyTag(k pipeline.KeyValue) pipeline.Tag {
	key := &s.Provider.Keys[k.Key]
	return s.Ledger.KeyTag(key.Name, k.Compared(key.Normalise))
}

// keyTags are the tags of all keys of a row.
func (s Setup) keyTags(d *pipeline.Draft) []pipeline.Tag {
	tags := make([]pipeline.Tag, len(d.Keys))
	for i, k := range d.Keys {
		tags[i] = s.keyTag(k)
	}
	return tags
}

// keyTag is as [Setup]'s; without a ledger it is a hash that is valid for this plan only.
func (p *Plan) keyTag(k pipeline.KeyValue) (tag pipeline.Tag) {
	if p.setup.Ledger != nil {
		return p.setup.keyTag(k)
	}
	value := k.Compared(p.setup.Provider.Keys[k.Key].Normalise)
	for i, seed := range p.seeds {
		binary.LittleEndian.PutUint64(tag[8*i:], mixed(uint64(k.Key), maphash.String(seed, value)))
	}
	return tag
}

// find looks up the keys of drafts in the ledger. tags are those of all drafts, one after the other; a tag that is
// not found is tried again as an older muster may have made it (promise 4).
func (s Setup) find(ctx context.Context, drafts []pipeline.Draft, tags []pipeline.Tag) ([]*pipeline.Claim, error) {
	claims, err := s.Ledger.Find(ctx, tags)
	if err != nil {
		return nil, err
	}
	var older []pipeline.Tag
	var of []int // index of the tag that each stands for
	at := 0
	for i := range drafts {
		for _, k := range drafts[i].Keys {
			if claims[at] == nil {
				for _, tag := range s.Ledger.OlderKeyTags(k) {
					older, of = append(older, tag), append(of, at)
				}
			}
			at++
		}
	}
	if len(older) == 0 {
		return claims, nil
	}
	found, err := s.Ledger.Find(ctx, older)
	if err != nil {
		return nil, err
	}
	for i, c := range found {
		if c != nil && claims[of[i]] == nil {
			claims[of[i]] = c
		}
	}
	return claims, nil
}

// knowledge is what a ledger has of a row's keys.
type knowledge struct {
	claim  *pipeline.Claim // the customer; nil: there is none
	differ []string        // the fields in which the row differs from what the customer was made from
	second *pipeline.Claim // another customer, to which another key of the row leads
	key    int             // index of that key in Provider.Keys
}

// same reports that the customer was made from what the row would send.
func (k *knowledge) same() bool { return k.second == nil && len(k.differ) == 0 }

// known combines the claims on a row's keys. An unsettled attempt comes before everything else.
func (s Setup) known(ctx context.Context, d *pipeline.Draft, claims []*pipeline.Claim) (k knowledge, err error) {
	for i, found := range claims {
		switch {
		case found == nil:
		case found.State == pipeline.Uncertain:
			k.claim = found
			k.differ, err = s.differences(ctx, found, d)
			return k, err
		case k.claim == nil:
			k.claim = found
		case k.claim.Ref != found.Ref:
			k.second, k.key = found, d.Keys[i].Key
			return k, nil
		}
	}
	if k.claim != nil {
		k.differ, err = s.differences(ctx, k.claim, d)
	}
	return k, err
}

// changedMessage says in what a row differs from its customer.
func (s Setup) changedMessage(k knowledge) *pipeline.Message {
	if k.second != nil {
		return pipeline.Say("outcome.two_customers", "first", customerOf(k.claim.Outcome.CustomerID),
			"second", customerOf(k.second.Outcome.CustomerID), "key", s.Provider.Keys[k.key].Label)
	}
	return pipeline.Say("outcome.changed", "customer", customerOf(k.claim.Outcome.CustomerID), "fields", s.spell(k.differ))
}

// differences names the fields in which a row differs from what a claim was made from; none where it differs only in
// form.
func (s Setup) differences(ctx context.Context, c *pipeline.Claim, d *pipeline.Draft) ([]string, error) {
	if s.Ledger.SameBody(c, d.Entries) {
		return nil, nil
	}
	differ, err := s.Ledger.Differences(ctx, c.Ref, d.Entries)
	if err != nil {
		return nil, pipeline.Fail("ledger.sent_unread", "row", d.Row, "cause", err)
	}
	return differ, nil
}
