package ledger

import (
	"encoding/json"

	"muster/pipeline"
)

// mostLayouts are cached. A layout is a list of paths; a book has one for each set of filled columns.
const mostLayouts = 4096

// layoutKey is the list of paths as the cache has it.
func layoutKey(entries []pipeline.Entry) string {
	var g tagging
	for _, e := range entries {
		g.part(e.Path)
	}
	return string(g.buffer)
}

// layoutText is the list of paths as the table has it.
func layoutText(entries []pipeline.Entry) (string, error) {
	paths := make([]string, len(entries))
	for i, e := range entries {
		paths[i] = e.Path
	}
	text, err := json.Marshal(paths)
	return string(text), err
}

// layout is the number of the entries' list of paths.
func (s *Space) layout(t *transaction, entries []pipeline.Entry, added *[]string) (number int64, err error) {
	key := layoutKey(entries)
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	if number, ok := s.l.layouts[key]; ok {
		return number, nil
	}
	text, err := layoutText(entries)
	if err != nil {
		return 0, err
	}
	if err := t.later("INSERT INTO layout (paths) VALUES (?) ON CONFLICT DO NOTHING", text); err != nil {
		return 0, err
	}
	if err := t.one("SELECT number FROM layout WHERE paths = ?", []any{text}, &number); err != nil {
		return 0, err
	}
	s.keepLayout(key, number, added)
	return number, nil
}

// keepLayout caches a number. The caller has locked s.l.mu.
func (s *Space) keepLayout(key string, number int64, added *[]string) {
	if len(s.l.layouts) >= mostLayouts {
		clear(s.l.layouts)
	}
	s.l.layouts[key] = number
	*added = append(*added, key)
}

// layouts is layout for many intents, with one query for all that are not cached.
func (s *Space) layouts(t *transaction, b bulk, all []beginning, added *[]string) ([]int64, error) {
	numbers := make([]int64, len(all))
	unknown := map[string]string{} // text by key
	s.l.mu.Lock()
	for i := range all {
		key := layoutKey(all[i].in.Entries)
		if numbers[i] = s.l.layouts[key]; numbers[i] == 0 {
			unknown[key] = ""
		}
	}
	s.l.mu.Unlock()
	if len(unknown) == 0 {
		return numbers, nil
	}
	var texts []string
	for i := range all {
		key := layoutKey(all[i].in.Entries)
		if text, ok := unknown[key]; !ok || text != "" {
			continue
		}
		text, err := layoutText(all[i].in.Entries)
		if err != nil {
			return nil, err
		}
		unknown[key] = text
		texts = append(texts, text)
	}
	found, err := b.layouts(texts)
	if err != nil {
		return nil, err
	}
	s.l.mu.Lock()
	for key, text := range unknown {
		if number, ok := found[text]; ok {
			s.keepLayout(key, number, added)
		}
	}
	s.l.mu.Unlock()
	for i := range all {
		if numbers[i] != 0 {
			continue
		}
		if numbers[i], err = s.layout(t, all[i].in.Entries, added); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}
