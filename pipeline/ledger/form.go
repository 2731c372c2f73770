package ledger

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"muster/pipeline"
)

// form is how the values of fields are compared: a version, and the definition's normalisers at the time when the
// tags were made. A customer's tags are compared in the form in which they were made, so that neither a new version
// of muster nor one of the definition makes every customer look changed.
type form struct {
	version pipeline.Form
	steps   map[string][]pipeline.Normaliser // by the field's path
	indexed bool                             // one of those paths has [] in it
}

// formNow is the form in which a definition's customers are kept from now on: a field that is a key is compared as
// the key is, any other as the provider's records are compared with a row.
func formNow(p *pipeline.Provider) *form {
	f := keyForm(p, pipeline.FormNow)
	for _, same := range p.Same {
		if _, isKey := f.steps[same.Field]; !isKey {
			f.add(same.Field, same.Normalise)
		}
	}
	return f
}

// keyForm normalises only keys, as an older muster did for all customers.
func keyForm(p *pipeline.Provider, version pipeline.Form) *form {
	f := &form{version: version, steps: map[string][]pipeline.Normaliser{}}
	for _, k := range p.Keys {
		f.add(k.Field, k.Normalise)
	}
	return f
}

func (f *form) add(field string, steps []pipeline.Normaliser) {
	if field == "" || len(steps) == 0 {
		return
	}
	f.steps[field] = steps
	f.indexed = f.indexed || strings.Contains(field, "[]")
}

// text is a form's steps as the ledger keeps them.
func (f *form) text() string {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(f.steps)) {
		line := path + ":"
		for _, step := range f.steps[path] {
			line += " " + string(step)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// readForm is the reverse of text.
func readForm(version int, text string) *form {
	f := &form{version: pipeline.Form(version), steps: map[string][]pipeline.Normaliser{}}
	for line := range strings.Lines(text) {
		path, steps, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		var all []pipeline.Normaliser
		for step := range strings.FieldsSeq(steps) {
			all = append(all, pipeline.Normaliser(step))
		}
		f.add(path, all)
	}
	return f
}

func (f *form) stepsOf(path string) []pipeline.Normaliser {
	if len(f.steps) == 0 {
		return nil
	}
	steps, ok := f.steps[path]
	if !ok && f.indexed && strings.Contains(path, "[") {
		steps = f.steps[pipeline.PathPattern(path)]
	}
	return steps
}

// comparable is a field's value in the form in which two bodies are compared.
func (f *form) comparable(e pipeline.Entry) string {
	value := e.Value
	if f.version >= pipeline.FormRead {
		value = e.Compared()
	}
	return f.version.Normalise(f.stepsOf(e.Path), value)
}

// keepForm writes the form of today, and notes its number.
func (s *Space) keepForm(t *transaction) error {
	text := s.now.text()
	err := t.later("INSERT INTO form (version, steps) VALUES (?, ?) ON CONFLICT DO NOTHING", int(s.now.version), text)
	if err != nil {
		return err
	}
	return t.one("SELECT number FROM form WHERE version = ? AND steps = ?", []any{int(s.now.version), text}, &s.form)
}

// formOf is the form of that number.
func (s *Space) formOf(t *transaction, number int64) (*form, error) {
	s.formsMu.Lock()
	defer s.formsMu.Unlock()
	if f := s.forms[number]; f != nil {
		return f, nil
	}
	var version int
	var text string
	err := t.one("SELECT version, steps FROM form WHERE number = ?", []any{number}, &version, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, corrupt(s.l.path, pipeline.Fail("ledger.no_form", "number", int(number)))
	}
	if err != nil {
		return nil, err
	}
	f := readForm(version, text)
	s.forms[number] = f
	return f, nil
}

// older reports whether some of the namespace's customers may have tags of an older version of muster.
func (s *Space) older() bool { return pipeline.Form(s.oldest.Load()) < pipeline.FormNow }

// OlderKeyTags are the tags that older musters made of a row's key, besides the tag of today; none where no customer
// of the namespace is so old.
func (s *Space) OlderKeyTags(k pipeline.KeyValue) (tags []pipeline.Tag) {
	if !s.older() {
		return nil
	}
	key := &s.p.Keys[k.Key]
	now := k.Compared(key.Normalise)
	var tried []string
	for _, v := range pipeline.Earlier(k.Value, k.Made, false) {
		n := pipeline.FormWritten.Normalise(key.Normalise, v)
		if n != "" && n != now && !slices.Contains(tried, n) {
			tried, tags = append(tried, n), append(tags, s.KeyTag(key.Name, n))
		}
	}
	return tags
}

// keyTags are the tags that a customer of a row gets today: of each key's compared value, and of the value that is
// sent.
func (s *Space) keyTags(keys []pipeline.KeyValue) (tags []byte) {
	for _, k := range keys {
		key := &s.p.Keys[k.Key]
		for _, n := range []string{k.Compared(key.Normalise), k.Normalised} {
			if n == "" { // normalised to nothing: the tag would be shared by every such row
				continue
			}
			if tag := s.KeyTag(key.Name, n); !holds(tags, tag) {
				tags = append(tags, tag[:]...)
			}
		}
	}
	return tags
}

// isTagOf reports whether a tag of that form is one of the field's value, or of a spelling that an older muster told
// apart and that reads the same.
func (s *Space) isTagOf(tag pipeline.Tag, f *form, e pipeline.Entry) bool {
	if tag == s.fieldTag(f, e) {
		return true
	}
	if f.version >= pipeline.FormNow {
		return false
	}
	cases := slices.Contains(s.now.stepsOf(e.Path), pipeline.Lower)
	for _, v := range pipeline.Earlier(e.Value, e.Made, cases) {
		if tag == s.fieldTag(f, pipeline.Entry{Path: e.Path, Value: v}) {
			return true
		}
	}
	return false
}
