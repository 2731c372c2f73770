package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Differences names the fields in which entries differ from what was sent for the customer ref, compared in the form
// in which the ledger keeps it: changed values, new fields and missing fields. Fields that only one of the two
// definitions has are left out. The fields are in the schema's order, entry by entry of a group. A customer that this
// namespace does not have is a *MoveError.
func (s *Space) Differences(ctx context.Context, ref int64, entries []pipeline.Entry) ([]string, error) {
	var text string
	var tags []byte
	var f *form
	var by int64
	var theirs map[string]bool
	err := s.read(ctx, func(t *transaction, number int64) error {
		var in int64
		err := t.one("SELECT l.paths, c.fields, c.form, coalesce(r.definition, 0) FROM customer c "+
			"JOIN layout l ON l.number = c.layout JOIN run r ON r.number = c.run "+
			"WHERE c.ref = ? AND c.namespace = ?", []any{ref, number}, &text, &tags, &in, &by)
		if errors.Is(err, sql.ErrNoRows) {
			return &MoveError{Ref: ref, To: pipeline.Changed}
		}
		if err == nil {
			f, err = s.formOf(t, in)
		}
		if err == nil {
			theirs, err = s.fieldsOf(t, by)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var paths []string
	const size = len(pipeline.Tag{})
	if err := json.Unmarshal([]byte(text), &paths); err != nil || len(tags) != len(paths)*size {
		return nil, corrupt(s.l.path, errors.Join(err, pipeline.Fail("ledger.fields_misfit")))
	}
	sent := make(map[string]pipeline.Tag, len(paths))
	for i, path := range paths {
		sent[path] = pipeline.Tag(tags[i*size : (i+1)*size])
	}
	var differ []string
	for _, e := range entries {
		tag, ok := sent[e.Path]
		if !ok && theirs != nil && !theirs[pipeline.PathPattern(e.Path)] {
			continue
		}
		if !ok || !s.isTagOf(tag, f, e) {
			differ = append(differ, e.Path)
		}
		delete(sent, e.Path)
	}
	for path := range sent {
		if (theirs != nil || by != 0) && s.p.FieldIndex(path) < 0 {
			continue // also for data that a person accepted under another definition
		}
		differ = append(differ, path)
	}
	slices.SortFunc(differ, s.inOrder)
	return slices.Compact(differ), nil
}

// inOrder compares two paths by their first different token: indexes by number, names by the first field of the
// schema below each.
func (s *Space) inOrder(a, b string) int {
	ta, tb := pipeline.PathPointer(a).Tokens(), pipeline.PathPointer(b).Tokens()
	for i := range min(len(ta), len(tb)) {
		if ta[i] == tb[i] {
			continue
		}
		na, errA := strconv.Atoi(ta[i])
		nb, errB := strconv.Atoi(tb[i])
		if errA == nil && errB == nil {
			return cmp.Or(cmp.Compare(na, nb), strings.Compare(ta[i], tb[i]))
		}
		return cmp.Or(cmp.Compare(s.rank(ta[:i+1]), s.rank(tb[:i+1])), strings.Compare(ta[i], tb[i]))
	}
	return cmp.Compare(len(ta), len(tb))
}

// rank is the position in the schema of the first field below a path; fields of an older definition sort last.
func (s *Space) rank(tokens []string) int {
	for n := range s.p.Fields {
		field := pipeline.PathPointer(s.p.Fields[n].Path).Tokens() // Tokens gives an index as ""
		if len(field) < len(tokens) {
			continue
		}
		fits := true
		for i, t := range tokens {
			_, err := strconv.Atoi(t)
			fits = fits && (field[i] == t || field[i] == "" && err == nil)
		}
		if fits {
			return n
		}
	}
	return len(s.p.Fields)
}
