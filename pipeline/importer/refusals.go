package importer

import (
	"context"

	"muster/pipeline"
)

// refusals finds the rows that an earlier run saw refused with the same data. It collects rows that are to be sent
// until there are many, because each question to a ledger on a server is a round trip.
type refusals struct {
	indexes []int32
	data    []pipeline.Tag
}

// refusalsBatch is how many rows are looked up together, 20 bytes each.
const refusalsBatch = 4096

func (r *refusals) add(ctx context.Context, p *Plan, index int32, d *pipeline.Draft) error {
	if row := p.rows.at(int(index)); p.setup.Refusals == nil || row.kind != kindReady || row.is(flagLost) {
		return nil
	}
	r.indexes, r.data = append(r.indexes, index), append(r.data, p.setup.Ledger.BodyTag(d.Entries))
	if len(r.data) < refusalsBatch {
		return nil
	}
	return r.flush(ctx, p)
}

func (r *refusals) flush(ctx context.Context, p *Plan) error {
	if len(r.data) == 0 {
		return nil
	}
	refused, err := p.setup.Refusals.Refused(ctx, r.data)
	if err != nil {
		return pipeline.Fail("ledger.keys_unread", "cause", err)
	}
	for i, is := range refused {
		if is {
			p.rows.at(int(r.indexes[i])).flags |= flagRefused
		}
	}
	r.indexes, r.data = r.indexes[:0], r.data[:0]
	return nil
}
