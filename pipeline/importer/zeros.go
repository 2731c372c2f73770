package importer

import (
	"context"
	"math/bits"
	"strings"

	"muster/pipeline"
)

// A spreadsheet program that takes a key for a number drops its leading zeros: 0012 becomes 12, which is another
// customer. Only a person knows whether it is; the check mentions such keys.

// Zeros are rows with keys that differ from others only in leading zeros.
type Zeros struct {
	// Count is how many rows have a key that resembles that of a row above, not counting rows that are both known. Row
	// is the number of the first, Other that of the row above, and Key an index in Provider.Keys.
	Count, Row, Other, Key int
	// Known are the first new rows whose key resembles that of a customer of the ledger, and KnownKey the key of the
	// first of them. They are looked for among the first new rows only.
	Known    []int
	KnownKey int
}

const (
	zerosShown = 5
	// zerosKept bounds the keys that are kept for the rows below, and zerosAsked those that are looked up in the
	// ledger.
	zerosKept  = 50_000
	zerosAsked = 200
	// longestPadded is how many digits a key may have that is looked up with more zeros.
	longestPadded = 12
)

// zeroless finds such keys in the first pass.
type zeroless struct {
	lengths uint64 // a bit for each length of a key
	bare    map[pipeline.Tag]int32
	asked   int
}

// withoutZeros is a key of digits without its leading zeros, and how many these are; false for any other key.
func withoutZeros(k *pipeline.KeyValue) (bare string, zeros int, ok bool) {
	if k.Made != nil || strings.Trim(k.Normalised, "0123456789") != "" {
		return "", 0, false
	}
	bare = strings.TrimLeft(k.Normalised, "0")
	return bare, len(k.Normalised) - len(bare), bare != ""
}

func (p *Plan) tagOfDigits(key int, digits string) pipeline.Tag {
	return p.keyTag(pipeline.KeyValue{Key: key, Value: digits, Normalised: digits})
}

// resembling compares the keys of a judged row with those of the rows above.
func (c *checker) resembling(index int32, d *pipeline.Draft, tags []pipeline.Tag) {
	z := &c.zeroless
	r := c.rows.at(int(index))
	for i := range d.Keys {
		k := &d.Keys[i]
		z.lengths |= 1 << min(len(k.Normalised), 63)
		if r.is(flagLost) || r.kind.rank() == 0 || k.Normalised == "" {
			continue
		}
		var other int32
		var there bool
		if k.Normalised[0] != '0' {
			if len(z.bare) > 0 {
				other, there = z.bare[tags[i]]
			}
		} else if bare, _, ok := withoutZeros(k); ok {
			tag := c.tagOfDigits(k.Key, bare)
			// Keys of one length differ in more than zeros.
			if other, there = z.bare[tag]; !there && bits.OnesCount64(z.lengths) > 1 {
				other, there = c.owners.of(&tag)
			}
			if !there && len(z.bare) < zerosKept {
				if z.bare == nil {
					z.bare = map[pipeline.Tag]int32{}
				}
				z.bare[tag] = index
			}
		}
		if !there || other == index {
			continue
		}
		o := c.rows.at(int(other))
		if o.is(flagLost) || o.kind.rank() == 0 || o.kind != kindReady && r.kind != kindReady {
			continue
		}
		if c.Zeros.Count++; c.Zeros.Count == 1 {
			c.Zeros.Row, c.Zeros.Other, c.Zeros.Key = int(r.number), int(o.number), k.Key
		}
		break
	}
}

// resemblingKnown looks up the keys of the first new rows in the ledger, with fewer and more zeros. first is the index
// of the first draft.
func (c *checker) resemblingKnown(ctx context.Context, drafts []pipeline.Draft, first int) error {
	z := &c.zeroless
	if c.setup.Ledger == nil || z.asked >= zerosAsked {
		return nil
	}
	type asking struct{ row, key int }
	var tags []pipeline.Tag
	var of []asking
	for i := range drafts {
		r := c.rows.at(first + i)
		if r.kind != kindReady || r.is(flagLost) || z.asked >= zerosAsked {
			continue
		}
		for j := range drafts[i].Keys {
			k := &drafts[i].Keys[j]
			bare, zeros, ok := withoutZeros(k)
			if !ok {
				continue
			}
			z.asked++
			for n := 0; n == 0 || n+len(bare) <= longestPadded; n++ {
				if n == zeros {
					continue
				}
				tags = append(tags, c.tagOfDigits(k.Key, strings.Repeat("0", n)+bare))
				of = append(of, asking{int(r.number), k.Key})
			}
		}
	}
	if len(tags) == 0 {
		return nil
	}
	claims, err := c.setup.Ledger.Find(ctx, tags)
	if err != nil {
		return pipeline.Fail("ledger.keys_unread", "cause", err)
	}
	for i, claim := range claims {
		if n := len(c.Zeros.Known); claim == nil || n == zerosShown || n > 0 && c.Zeros.Known[n-1] == of[i].row {
			continue
		}
		if len(c.Zeros.Known) == 0 {
			c.Zeros.KnownKey = of[i].key
		}
		c.Zeros.Known = append(c.Zeros.Known, of[i].row)
	}
	return nil
}
