package templates

import "math"

// quickChecks is another arrangement of checks, for rows that pass all of them: grouped by leaf, so that each text is
// looked up once. Only [checks] know the order in which checks fail.
type quickChecks struct {
	leaves []leafChecks
	others []*check // of objects, of arrays and of several schemas
}

// leafChecks are the checks of one leaf.
type leafChecks struct {
	id int // id of its node
	// short is up to how many bytes a text cannot be too long; notLong counts the characters of longer texts, nil
	// when there is no limit.
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

// hold is [checks.hold] of the checks that q was made from.
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
