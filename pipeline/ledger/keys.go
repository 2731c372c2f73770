package ledger

import (
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
)

// keyLines are the definition's keys as the ledger keeps them.
func keyLines(p *pipeline.Provider) []string {
	lines := make([]string, len(p.Keys))
	for i, k := range p.Keys {
		steps := make([]string, len(k.Normalise))
		for j, n := range k.Normalise {
			steps[j] = string(n)
		}
		lines[i] = fmt.Sprintf("%s: %s%s [%s]", k.Name, k.Field, k.Path, strings.Join(steps, " "))
	}
	return lines
}

// keepKeys refuses a definition that lacks a key of the namespace's customers and, unless the ledger is open for
// reading only, writes the keys that it has.
func (s *Space) keepKeys(t *transaction) error {
	number := s.number.Load()
	if number == 0 {
		return nil
	}
	var kept string
	var customers int
	err := t.one("SELECT keys, (SELECT count(*) FROM (SELECT 1 FROM customer WHERE namespace = ?1 LIMIT 1) AS any_one) "+
		"FROM namespace WHERE number = ?1", []any{number}, &kept, &customers)
	if err != nil {
		return err
	}
	now := keyLines(s.p)
	var lost []string
	if kept != "" && customers > 0 {
		for _, line := range strings.Split(kept, "\n") {
			if !slices.Contains(now, line) {
				lost = append(lost, line)
			}
		}
	}
	if len(lost) > 0 {
		// Without their keys the customers would look new (promise 4).
		return refusal(nil, "ledger.keys_lost", "provider", s.p.Title, "keys", lost).At(ledgerAt(s.l.path)).
			Try("ledger.keep_keys")
	}
	text := strings.Join(now, "\n")
	if s.l.readOnly || kept == text {
		return nil
	}
	err = t.later("UPDATE namespace SET keys = ? WHERE number = ?", text, number)
	return err
}
