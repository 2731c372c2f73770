package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"muster/pipeline"
)

const runColumns = `SELECT r.number, r.id, n.provider, n.env, n.account, r.base_url, r.book, r.sheet, r.sha256,
	r.mapping, r.version, r.digest, r.credentials, r.started, r.finished, r.halt, r.counts,
	r.header_row, r.encoding, r.quotes, r.all_rows, r.read_as, r.mapping_sha256, r.person, r.machine, r.forgotten,
	r.halt_says, r.fix_of, r.path, r.of_path, r.of_sheet, r.of_sha256, r.moved_to, r.ended_counts,
	(SELECT nullif(d.name, n.provider) FROM definition d WHERE d.number = r.definition)
	FROM run r JOIN namespace n ON n.number = r.namespace `

func scanRun(rows *cursor) (number int64, r pipeline.Run, err error) {
	var (
		credentials                  []byte
		started, finished, forgotten *int64
		counts, ended, definition    *string
		halt                         texts
	)
	err = rows.Scan(&number, &r.ID, &r.Namespace.Provider, &r.Namespace.Env, &r.Namespace.Account, &r.BaseURL, &r.Book,
		&r.Sheet, &r.SHA256, &r.Mapping, &r.Version, &r.Digest, &credentials, &started, &finished, &halt.english,
		&counts, &r.Reading.HeaderRow, &r.Reading.Encoding, &r.Reading.Quotes, &r.Reading.AllRows, &r.ReadAs,
		&r.MappingSHA256, &r.Person, &r.Machine, &forgotten, &halt.says, &r.FixOf, &r.Path, &r.Of.Path,
		&r.Of.Sheet, &r.Of.SHA256, &r.MovedTo, &ended, &definition)
	if err != nil {
		return 0, r, err
	}
	copy(r.Credentials[:], credentials)
	r.Started, r.Finished = moment(started), moment(finished)
	r.Forgotten = moment(forgotten)
	if r.Halt, err = halt.message(); err == nil && counts != nil {
		err = json.Unmarshal([]byte(*counts), &r.Counts)
	}
	if err == nil && ended != nil {
		err = json.Unmarshal([]byte(*ended), &r.Ended)
	}
	if definition != nil {
		r.Definition = *definition
	}
	return number, r, err
}

// countStates counts the rows of a run by state; the rows of one customer count as many.
var countStates = `SELECT state, CAST(sum(n) AS INTEGER) FROM (
	SELECT state, count(*) AS n FROM outcome WHERE run = ?1 GROUP BY state
	UNION ALL SELECT 'created', count(*) FROM customer WHERE run = ?1 AND ended IS NOT NULL
	UNION ALL SELECT 'known', sum(last - first + 1) FROM known WHERE run = ?1
	UNION ALL SELECT 'uncertain', count(*) FROM sealed WHERE run = ?1
	UNION ALL SELECT o.state, count(*) FROM member m JOIN outcome o ON o.run = m.run AND o.row = m.head
		WHERE m.run = ?1 GROUP BY o.state
	UNION ALL SELECT 'created', count(*) FROM member m WHERE m.run = ?1 AND ` + isAnswered("m.run", "m.head") + `
	UNION ALL SELECT 'known', count(*) FROM member m WHERE m.run = ?1 AND ` + isKnown("m.run", "m.head") + `
	UNION ALL SELECT 'uncertain', count(*) FROM member m JOIN sealed s ON s.run = m.run AND s.row = m.head
		WHERE m.run = ?1)  AS counted GROUP BY state HAVING sum(n) > 0`

// runs reads the runs of one query. A run that was never finished gets the counts of the outcomes on disk; its other
// rows were never begun.
func (t *transaction) runs(text string, args ...any) ([]pipeline.Run, error) {
	var (
		runs       []pipeline.Run
		unfinished = map[int]int64{}
	)
	err := t.each(text, args, func(rows *cursor) error {
		number, r, err := scanRun(rows)
		if r.Counts == nil {
			unfinished[len(runs)] = number
		}
		runs = append(runs, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, number := range unfinished {
		counts := pipeline.Counts{}
		err := t.each(countStates, []any{number}, func(rows *cursor) error {
			var (
				state pipeline.State
				n     int
			)
			err := rows.Scan((*string)(&state), &n)
			counts[state] = n
			return err
		})
		if err != nil {
			return nil, err
		}
		runs[i].Counts = counts
	}
	return runs, nil
}

// Runs lists all runs, oldest first. A run that is not finished, or was killed, has no Finished, and the counts of
// the outcomes on disk.
func (l *Ledger) Runs(ctx context.Context) (runs []pipeline.Run, err error) {
	err = l.read(ctx, func(t *transaction) error {
		runs, err = t.runs(runColumns + "ORDER BY r.number")
		return err
	})
	return runs, err
}

// Run finds a run by its ID, or by the beginning of it when no other ID begins so. Its error is a *NoRunError.
func (l *Ledger) Run(ctx context.Context, id string) (run pipeline.Run, err error) {
	var runs []pipeline.Run
	err = l.read(ctx, func(t *transaction) error {
		if runs, err = t.runs(runColumns+"WHERE r.id = ?", id); err != nil || len(runs) > 0 {
			return err
		}
		runs, err = t.runs(runColumns+"WHERE ?1 <> '' AND substr(r.id, 1, length(?1)) = ?1 ORDER BY r.number LIMIT 3",
			id)
		return err
	})
	switch {
	case err != nil:
		return pipeline.Run{}, err
	case len(runs) == 1:
		return runs[0], nil
	}
	var matches []string
	for _, r := range runs {
		matches = append(matches, r.ID)
	}
	return pipeline.Run{}, noRun(id, matches...)
}

// StartRun writes a run, before any of its rows. Its ID must be new, and not empty.
func (l *Ledger) StartRun(ctx context.Context, r pipeline.Run) error {
	if r.ID == "" {
		return errors.New("no ID")
	}
	return l.write(ctx, func(t *transaction) error {
		namespace, err := t.namespace(r.Namespace)
		if err != nil {
			return err
		}
		begun, err := t.changed(`INSERT INTO run (id, namespace, base_url, book, sheet, sha256, mapping, version, digest,
				credentials, started, header_row, encoding, quotes, all_rows, read_as, mapping_sha256, person, machine,
				fix_of, path, of_path, of_sheet, of_sha256, definition)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
				(SELECT number FROM definition WHERE name = ? AND digest = ?)) ON CONFLICT (id) DO NOTHING`,
			r.ID, namespace, r.BaseURL, r.Book, r.Sheet, r.SHA256, r.Mapping, r.Version, r.Digest, r.Credentials[:],
			l.orNow(r.Started),
			r.Reading.HeaderRow, r.Reading.Encoding, r.Reading.Quotes, r.Reading.AllRows, r.ReadAs, r.MappingSHA256,
			r.Person, r.Machine, r.FixOf, r.Path, r.Of.Path, r.Of.Sheet, r.Of.SHA256,
			cmp.Or(r.Definition, r.Namespace.Provider), r.Digest)
		if err != nil {
			return err
		}
		if !begun {
			return pipeline.Fail("ledger.run_twice", "run", r.ID)
		}
		return nil
	})
}

// FinishRun records how a run ended: Finished (now, when it is zero), Halt and Counts; nil Counts stand for those of
// the outcomes on disk. Its error is a *NoRunError when the run was not started.
func (l *Ledger) FinishRun(ctx context.Context, r pipeline.Run) error {
	var counts any // NULL stands for the counts of the outcomes on disk
	if r.Counts != nil {
		text, err := json.Marshal(r.Counts)
		if err != nil {
			return err
		}
		counts = string(text)
	}
	return l.write(ctx, func(t *transaction) error {
		halt := l.textsOf(r.Halt)
		there, err := t.changed(`UPDATE run SET finished = ?1, halt = ?2, halt_says = ?3, counts = ?4, ended_counts = ?4
			WHERE id = ?5`, l.orNow(r.Finished), halt.english, halt.says, counts, r.ID)
		if err != nil {
			return err
		}
		if !there {
			return noRun(r.ID)
		}
		return nil
	})
}

// run reads the ledger's numbers of a run and of its namespace.
func (l *Ledger) run(t *transaction, id string) (runNumber, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, ok := l.runs[id]; ok {
		return n, nil
	}
	var n runNumber
	err := t.one("SELECT number, namespace FROM run WHERE id = ?", []any{id}, &n.number, &n.namespace)
	if errors.Is(err, sql.ErrNoRows) {
		return n, noRun(id)
	}
	if err == nil {
		l.runs[id] = n
	}
	return n, err
}

// namespace is the number of a namespace, which gets one when it is new.
func (t *transaction) namespace(n pipeline.Namespace) (number int64, err error) {
	if err := t.addNamespace(n); err != nil {
		return 0, err
	}
	err = t.one("SELECT number FROM namespace WHERE provider = ? AND env = ? AND account = ?",
		[]any{n.Provider, n.Env, n.Account}, &number)
	return number, err
}

// addNamespace writes a namespace that is new.
func (t *transaction) addNamespace(n pipeline.Namespace) error {
	return t.later("INSERT INTO namespace (provider, env, account, oldest_form) VALUES (?, ?, ?, ?) "+
		"ON CONFLICT DO NOTHING", n.Provider, n.Env, n.Account, int(pipeline.FormNow))
}

// metRun is what customers take from the run that created them.
type metRun struct {
	id         string
	definition int64 // 0 where the run stored none
}

// metRuns reads runs, by number, all at once; one that does not exist is left out.
func (t *transaction) metRuns(numbers map[int64]bool) (map[int64]metRun, error) {
	var asked [][]any
	for number := range numbers {
		asked = append(asked, []any{number})
	}
	runs := make(map[int64]metRun, len(numbers))
	err := t.eachOf("SELECT number, id, coalesce(definition, 0) FROM run WHERE number = ?", asked,
		func(_ int, r *cursor) error {
			var number int64
			var run metRun
			err := r.Scan(&number, &run.id, &run.definition)
			runs[number] = run
			return err
		})
	return runs, err
}
