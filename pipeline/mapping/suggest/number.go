package suggest

import (
	"slices"
	"strconv"
)

// resolve numbers persons and entries according to the headers.
func (d *draft) resolve() {
	d.persons, d.entries = map[string]int{}, map[string]int{}
	var labels []string
	for _, c := range d.columns {
		if p := c.label.person; p != "" && !slices.Contains(labels, p) {
			labels = append(labels, p)
		}
	}
	first := 1
	for _, c := range d.columns {
		if c.label.zeroth {
			first = 0
		}
	}
	for _, c := range d.columns {
		l := c.label
		if l.person == "" {
			continue
		}
		key := personKey(l)
		if _, known := d.persons[key]; known {
			continue
		}
		if len(labels) == 1 {
			d.persons[key] = max(l.personNo-first, 0)
			continue
		}
		d.persons[key] = len(d.persons)
	}
	d.numberEntries()
}

func personKey(l label) string {
	if l.person == "" {
		return ""
	}
	return l.person + " " + strconv.Itoa(l.personNo)
}

// numberEntries finds which columns belong to one address, one phone or one document. Columns that do not say so
// belong to the first that does not yet have such a column.
func (d *draft) numberEntries() {
	type entry struct {
		key      string
		concepts []concept
	}
	groups := map[string][]*entry{} // person and family
	for _, c := range d.columns {
		f := family(c.label.concept)
		if f == "" {
			continue
		}
		owner := personKey(c.label) + "/" + f
		key := entryKey(c.label)
		i := slices.IndexFunc(groups[owner], func(e *entry) bool { return e.key == key })
		if i < 0 {
			groups[owner] = append(groups[owner], &entry{key: key})
			i = len(groups[owner]) - 1
		}
		groups[owner][i].concepts = append(groups[owner][i].concepts, c.label.concept)
	}
	for owner, entries := range groups {
		plain := slices.IndexFunc(entries, func(e *entry) bool { return e.key == "" })
		joined := -1
		if plain >= 0 {
			for i, e := range entries {
				if i != plain && !slices.ContainsFunc(e.concepts,
					func(c concept) bool { return slices.Contains(entries[plain].concepts, c) }) {
					joined = i
					break
				}
			}
		}
		n := 0
		for i, e := range entries {
			if i == plain && joined >= 0 {
				continue
			}
			d.entries[owner+"/"+e.key] = n
			n++
		}
		if joined >= 0 {
			d.entries[owner+"/"] = d.entries[owner+"/"+entries[joined].key]
		}
	}
}

func entryKey(l label) string {
	key := l.group + l.document
	if family(l.concept) == "phone" {
		key = ""
		switch {
		case l.mobile:
			key = "mobile"
		case l.landline:
			key = "landline"
		case l.business:
			key = "business"
		}
	}
	if l.groupNo > 1 {
		key += " " + strconv.Itoa(l.groupNo)
	}
	return key
}

func (d *draft) entry(l label) int {
	return d.entries[personKey(l)+"/"+family(l.concept)+"/"+entryKey(l)]
}
