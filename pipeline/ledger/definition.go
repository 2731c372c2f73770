package ledger

import (
	"database/sql"
	"encoding/json"
	"errors"

	"muster/pipeline"
)

// Several definitions may have sent the customers of one namespace: an overlay and its base, or one that was edited.
// A field that only one of two definitions has makes no row differ from what was sent: nobody has changed its value.

// keepDefinition writes the definition of the space, and notes its number.
func (s *Space) keepDefinition(t *transaction) error {
	text, err := json.Marshal(fieldPaths(s.p))
	if err != nil {
		return err
	}
	err = t.later("INSERT INTO definition (name, digest, creates, fields) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		s.p.Name, s.p.Digest, s.p.Sent("").Create, string(text))
	if err != nil {
		return err
	}
	return s.knowDefinition(t)
}

func (s *Space) knowDefinition(t *transaction) error {
	err := t.one("SELECT number FROM definition WHERE name = ? AND digest = ?", []any{s.p.Name, s.p.Digest},
		&s.definition)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// fieldsOf reads the fields of the definition with that number; nil where they are those of the space's own
// definition. A run of an older muster had no overlay, but may have had its base.
func (s *Space) fieldsOf(t *transaction, number int64) (map[string]bool, error) {
	if fields, known := s.knownFields(number); known {
		return fields, nil
	}
	var text string
	if err := t.one("SELECT fields FROM definition WHERE number = ?", []any{number}, &text); err != nil {
		return nil, err
	}
	var paths []string
	if err := json.Unmarshal([]byte(text), &paths); err != nil {
		return nil, corrupt(s.l.path, err)
	}
	fields := setOf(paths)
	s.formsMu.Lock()
	s.definitions[number] = fields
	s.formsMu.Unlock()
	return fields, nil
}

func (s *Space) knownFields(number int64) (fields map[string]bool, known bool) {
	s.formsMu.Lock()
	defer s.formsMu.Unlock()
	if fields, known = s.definitions[number]; known || number != 0 && number == s.definition {
		return fields, true
	}
	if number != 0 {
		return nil, false
	}
	if s.p.Base != nil {
		fields = setOf(fieldPaths(s.p.Root()))
	}
	s.definitions[0] = fields
	return fields, true
}

func fieldPaths(p *pipeline.Provider) []string {
	paths := make([]string, len(p.Fields))
	for i := range p.Fields {
		paths[i] = p.Fields[i].Path
	}
	return paths
}

func setOf(paths []string) map[string]bool {
	set := make(map[string]bool, len(paths))
	for _, path := range paths {
		set[path] = true
	}
	return set
}

// entriesOf are the entries whose fields a definition has.
func entriesOf(entries []pipeline.Entry, fields map[string]bool) []pipeline.Entry {
	var all []pipeline.Entry
	for _, e := range entries {
		if fields[pipeline.PathPattern(e.Path)] {
			all = append(all, e)
		}
	}
	return all
}

// completeSent fills in what an older muster did not keep, which had no overlays.
func (s *Space) completeSent(sent *pipeline.Sent) {
	if s.ns.Rehearsal() { // all rehearsals of a definition share one stand-in
		sent.BaseURL = ""
	}
	if sent.Create == "" {
		sent.Create = s.p.Root().Sent("").Create
	}
}
