package templates

import "math"

// quickChecks are checks put together for rows that keep all of them: leaf by leaf, so
// that a text is looked up once. The order in which checks are broken is that of
// [checks].
type quickChecks struct {
	leaves []leafChecks
	others []*check // of objects, of arrays and of several schemas
}

// leafChecks are what is asked of one leaf.
type leafChecks struct {
	id int // of its node
	// short is up to how many bytes a text is not too long, whatever it has; notLong
	// counts the characters of longer ones, nil where there is no limit.
	short   int
	notLong match
	first   match // nil for none
	more    []match
}

func (all checks) quick() (q quickChecks) {
	leaves := map[int]int{}
	for i := range all {
		r := &all[i]
		if r.match == nil {
			q.others = append(q.others, r)
			continue
		}
		at, ok := leaves[r.node.id]
		if !ok {
			at = len(q.leaves)
			leaves[r.node.id] = at
			q.leaves = append(q.leaves, leafChecks{id: r.node.id, short: math.MaxInt})
		}
		switch leaf := &q.leaves[at]; {
		case r.keyword == checkMaxLength && leaf.notLong == nil:
			leaf.short, leaf.notLong = r.bound, r.match
		case leaf.first == nil:
			leaf.first = r.match
		default:
			leaf.more = append(leaf.more, r.match)
		}
	}
	return q
}

// hold is as [checks.hold] of the checks that q was made of.
func (q *quickChecks) hold(b *builder) bool {
	for i := range q.leaves {
		leaf := &q.leaves[i]
		if !b.there[leaf.id] {
			continue
		}
		text := b.texts[leaf.id]
		if len(text) > leaf.short && !leaf.notLong(text) || leaf.first != nil && !leaf.first(text) {
			return false
		}
		for _, keeps := range leaf.more {
			if !keeps(text) {
				return false
			}
		}
	}
	for _, r := range q.others {
		if b.there[r.node.id] && !r.holds(b) {
			return false
		}
	}
	return true
}
