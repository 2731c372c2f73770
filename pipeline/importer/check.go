package importer

import (
	"context"
	"hash/maphash"
	"math"
	"slices"

	"muster/pipeline"
)

// Check reads the whole book and judges every row. The outcomes of rows that
// need no request are on disk when it returns.
func Check(ctx context.Context, s Setup) (*Plan, error) {
	p := &Plan{setup: s, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		notes: map[int32]*pipeline.Message{}, data: map[int32]rowTags{},
		held: map[int32]pipeline.Outcome{}, Counts: pipeline.Counts{}, Customers: pipeline.Counts{}}
	if s.Signatures {
		p.signatures = newSignatures()
	}
	c := checker{Plan: p, owners: &owners{}}
	if err := staged(ctx, &s, p.digest, c.take); err != nil {
		return nil, err
	}
	c.owners = nil
	if err := c.members.flush(ctx, p); err != nil {
		return nil, err
	}
	if err := c.refusals.flush(ctx, p); err != nil {
		return nil, err
	}
	if err := p.settleRows(ctx, &c.recorder); err != nil {
		return nil, err
	}
	return p, nil
}

// checker is the state of the first pass over the book.
type checker struct {
	*Plan
	recorder recorder
	members  members
	refusals refusals
	owners   *owners
	zeroless zeroless
	bytes    int64 // of the rows so far, as they would be in a CSV file
	tags     int64 // of the keys of these rows
	said     pipeline.SharedMessages
}

// digest is what the first pass keeps of a row whatever the other rows are.
type digest struct{ cells, data uint64 }

// digest computes the digests and tags of a batch of checked rows. It may be called from several goroutines at once.
func (p *Plan) digest(b *batch) {
	b.digests, b.tags = b.digests[:0], b.tags[:0]
	for i := range b.rows {
		d := &b.drafts[i]
		if len(d.Problems) == 0 && len(d.Keys) == 0 {
			// Without a key no later run could find the customer (promise 4).
			d.Problems = append(d.Problems, pipeline.Problem{Row: d.Row, Code: pipeline.ProblemRequired,
				Message: pipeline.Say("no_key", "keys", p.setup.keyFields())})
		}
		var of digest
		if !p.setup.Once {
			of.cells = p.hashCells(b.rows[i])
		}
		if len(d.Body) > 0 {
			of.data = maphash.Bytes(p.seeds[0], d.Body)
		}
		b.digests = append(b.digests, of)
		for _, k := range d.Keys {
			b.tags = append(b.tags, p.keyTag(k))
		}
	}
}

// take looks up a batch's keys and judges its rows.
func (c *checker) take(ctx context.Context, b *batch) error {
	for i := range b.rows {
		if err := c.row(ctx, b.rows[i], &b.drafts[i], b.digests[i]); err != nil {
			return err
		}
	}
	drafts := b.drafts[:len(b.rows)]
	var claims []*pipeline.Claim // stays nil without a ledger
	if c.setup.Ledger != nil {
		var err error
		if claims, err = c.setup.find(ctx, drafts, b.tags); err != nil {
			return pipeline.Fail("ledger.keys_unread", "cause", err)
		}
	}
	c.expect(b)
	c.owners.fetch(b.tags)
	at := 0
	for i := range drafts {
		d := &drafts[i]
		index := int32(c.rows.len() - len(drafts) + i)
		n := len(d.Keys)
		if claims != nil {
			if err := c.know(ctx, index, d, b.tags[at:at+n], claims[at:at+n]); err != nil {
				return err
			}
		}
		if err := c.judge(ctx, index, b.rows[i], d, b.tags[at:at+n]); err != nil {
			return err
		}
		c.resembling(index, d, b.tags[at:at+n])
		at += n
		if err := c.refusals.add(ctx, c.Plan, index, d); err != nil {
			return err
		}
	}
	return c.resemblingKnown(ctx, drafts, c.rows.len()-len(drafts))
}

// expect estimates from a batch how many keys the book has.
func (c *checker) expect(b *batch) {
	c.bytes += int64(b.bytes + len(b.cells)) // each cell has a delimiter or a line end
	c.tags += int64(len(b.tags))
	if c.setup.Bytes > 0 && c.bytes > 0 {
		c.owners.expect(int64(float64(c.setup.Bytes) * float64(c.tags) / float64(c.bytes)))
	}
}

// row judges one row and keeps what later passes need of it.
func (c *checker) row(ctx context.Context, row pipeline.Row, d *pipeline.Draft, of digest) error {
	last := row.Number
	if n := len(row.Rows); n > 0 {
		last = row.Rows[n-1]
	}
	if last > math.MaxInt32 || c.rows.len() == math.MaxInt32 || row.Lines() > math.MaxInt16 {
		return pipeline.Fail("halt.too_many_rows", "row", row.Number, "most", math.MaxInt32)
	}
	kept := plannedRow{data: of.data, number: int32(row.Number), lines: int16(row.Lines()), kind: kindReady}
	if len(d.Problems) > 0 {
		kept.kind = kindInvalid
	}
	c.rows.add(kept)
	if !c.setup.Once {
		c.cells.add(of.cells)
	}
	if err := c.members.add(ctx, c.Plan, row); err != nil {
		return err
	}
	if c.signatures != nil {
		c.signatures.add(c.setup.Provider, d)
	}
	return nil
}

// judge decides what a row is by itself, and which row is sent for its keys.
func (c *checker) judge(ctx context.Context, index int32, row pipeline.Row, d *pipeline.Draft,
	tags []pipeline.Tag) error {
	r := c.rows.at(int(index))
	if len(c.setup.Denied) > 0 {
		for _, tag := range tags {
			own, there := c.setup.Denied[tag]
			if there {
				r.flags |= flagDenied
			}
			if own {
				r.flags |= flagOwnDenial
			}
		}
	}
	if c.isFixed(index, row) {
		return nil // it claims no key: the customer was enrolled by another row
	}
	if r.kind == kindReady && c.setup.Repeats != nil && c.setup.Repeats(row) {
		r.kind = kindRepeats
		c.data[index] = c.tagsOf(d, tags)
		return nil // it claims no key: a person must decide which of the two rows is right
	}
	if len(d.Problems) > 0 {
		of := c.tagsOf(d, tags)
		o := pipeline.Outcome{Row: d.Row, State: pipeline.Invalid, Problems: slices.Clone(d.Problems), Data: of.data,
			Keys: of.keys}
		for i := range o.Problems {
			o.Problems[i].Message = c.said.Of(o.Problems[i].Message)
		}
		if r.kind == kindInvalid {
			c.count(r, pipeline.Invalid)
			c.setup.found(&o, row)
			if err := c.recorder.add(ctx, c.Plan, o); err != nil {
				return err
			}
		} else {
			c.held[index] = o
		}
	}
	// The row that owns one of the keys is sent, unless this one ranks higher.
	for i := range tags {
		owner, taken := c.owners.of(&tags[i])
		if !taken || owner == index || c.rows.at(int(owner)).is(flagLost) {
			continue // a row that is not sent claims nothing
		}
		if c.rows.at(int(owner)).kind.rank() >= r.kind.rank() {
			c.lose(int(index), rival{int(owner), d.Keys[i].Key})
			c.data[index] = c.tagsOf(d, tags)
			return nil
		}
	}
	for i := range tags {
		if owner, taken := c.owners.of(&tags[i]); taken && owner != index {
			if !c.rows.at(int(owner)).is(flagLost) {
				c.lose(int(owner), rival{int(index), d.Keys[i].Key})
			}
		}
		c.owners.set(&tags[i], index)
	}
	return nil
}

// isFixed reports whether a row that would be sent, or that a person would have to fix, was enrolled as the fixed
// copy that a person made of it.
func (c *checker) isFixed(index int32, row pipeline.Row) bool {
	r := c.rows.at(int(index))
	switch r.kind {
	case kindInvalid, kindReady, kindChanged:
	default:
		return false
	}
	if c.setup.Fixed == nil {
		return false
	}
	fixed, there := c.setup.Fixed.Find(row)
	if !there {
		return false
	}
	c.refs.set(int(index), fixed.Outcome.Ref)
	r.kind = kindFixed
	c.notes[index] = pipeline.Say("outcome.fixed", "at", fixed.At, "run", fixed.Run, "row", fixed.Row)
	switch {
	case fixed.Outcome.State == pipeline.Uncertain:
		r.kind = kindFixedOpen
		c.notes[index] = pipeline.Say("outcome.fixed_open", "at", fixed.At, "run", fixed.Run, "row", fixed.Row)
	case fixed.Outcome.CustomerID == "":
		r.kind = kindFixedNoID
	}
	delete(c.data, index)
	return true
}

// tagsOf are the tags of a row; none without a ledger. The data tag of an empty row is zero.
func (c *checker) tagsOf(d *pipeline.Draft, keys []pipeline.Tag) (of rowTags) {
	if c.setup.Ledger == nil {
		return of
	}
	if len(d.Entries) > 0 {
		of.data = c.setup.Ledger.BodyTag(d.Entries)
	}
	of.keys = slices.Clone(keys)
	return of
}

// know sets the row's kind from what the ledger has of its keys.
func (c *checker) know(ctx context.Context, index int32, d *pipeline.Draft, tags []pipeline.Tag,
	claims []*pipeline.Claim) error {
	k, err := c.setup.known(ctx, d, claims)
	if k.claim == nil || err != nil {
		return err
	}
	r := c.rows.at(int(index))
	c.refs.set(int(index), k.claim.Ref)
	switch {
	case k.claim.State == pipeline.Uncertain:
		if said := k.claim.Outcome.Message; said != nil && said.Code == codeAccepted {
			c.notes[index] = said
		}
		r.kind = kindUnsettled
		if len(d.Problems) > 0 {
			r.kind = kindHeld
		}
		if k.same() {
			r.flags |= flagSame
		}
	case k.same():
		r.kind = kindEqual
		if k.claim.Outcome.CustomerID == "" {
			r.kind = kindEqualNoID
		}
	case len(d.Problems) == 0:
		r.kind = kindChanged
		c.data[index] = c.tagsOf(d, tags)
		c.notes[index] = c.setup.changedMessage(k)
	}
	return nil
}

// keyFields are the labels of the fields that the provider's keys are made of.
func (s Setup) keyFields() []pipeline.Localized {
	var names []pipeline.Localized
	for _, k := range s.Provider.Keys {
		if k.Field != "" {
			names = append(names, pipeline.Localized{"": s.spell([]string{k.Field})[0]})
		} else {
			names = append(names, k.Label)
		}
	}
	return names
}

// spell names fields as the book names their columns.
func (s Setup) spell(paths []string) []string {
	if s.Spell == nil {
		return paths
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = s.Spell(path)
	}
	return names
}

// customerOf names a customer by its ID, if there is one.
func customerOf(id string) *pipeline.Message {
	if id == "" {
		return pipeline.Say("outcome.customer_without_id")
	}
	return pipeline.Say("outcome.customer", "id", id)
}
