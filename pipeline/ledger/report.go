package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// WrittenReport is a report that a run has written.
type WrittenReport struct {
	SHA256 string // of the file, in hexadecimal digits
	Path   string // absolute, symbolic links resolved
}

// KeepReports records which reports a run has written.
func (l *Ledger) KeepReports(ctx context.Context, run string, written []WrittenReport) error {
	return l.write(ctx, func(t *transaction) error {
		for _, r := range written {
			err := t.later(`INSERT INTO report (sha256, path, run) VALUES (?, ?, ?)
				ON CONFLICT (sha256) DO UPDATE SET path = excluded.path`, r.SHA256, r.Path, run)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// IsReport reports whether a file of that SHA-256 is a report of some run.
func (l *Ledger) IsReport(ctx context.Context, sha256 string) (is bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		return t.one("SELECT EXISTS (SELECT 1 FROM report WHERE sha256 = ?)", []any{sha256}, &is)
	})
	return is, err
}

// HasReports reports whether the ledger has the reports of a run.
func (l *Ledger) HasReports(ctx context.Context, run string) (has bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		return t.one("SELECT EXISTS (SELECT 1 FROM report WHERE run = ?)", []any{run}, &has)
	})
	return has, err
}

// HasReportAt reports whether some run has written a report to that path, absolute and with symbolic links resolved.
func (l *Ledger) HasReportAt(ctx context.Context, path string) (has bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		return t.one("SELECT EXISTS (SELECT 1 FROM report WHERE path = ? AND path <> '')", []any{path}, &has)
	})
	return has, err
}

// LeftAlone is a file in a folder of books that is not a book.
type LeftAlone struct {
	Path    string // absolute
	Size    int64
	Changed time.Time
}

// SaidOf is when muster last reported that it ignores this file; zero when it never did, or the file had another size
// or modification time then.
func (l *Ledger) SaidOf(ctx context.Context, f LeftAlone) (at time.Time, err error) {
	err = l.read(ctx, func(t *transaction) error {
		var said int64
		at = time.Time{}
		err := t.one("SELECT said FROM left_alone WHERE path = ? AND size = ? AND changed = ?",
			[]any{f.Path, f.Size, f.Changed.UnixMilli()}, &said)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		at = moment(&said)
		return err
	})
	return at, err
}

// KeepSaid records that muster reported now that it ignores these files.
func (l *Ledger) KeepSaid(ctx context.Context, files []LeftAlone) error {
	return l.write(ctx, func(t *transaction) error {
		for _, f := range files {
			err := t.later(`INSERT INTO left_alone (path, size, changed, said) VALUES (?, ?, ?, ?)
				ON CONFLICT (path) DO UPDATE SET size = excluded.size, changed = excluded.changed, said = excluded.said`,
				f.Path, f.Size, f.Changed.UnixMilli(), l.orNow(time.Time{}))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// KeepMove records to which path the book of the run with that full ID was moved.
func (l *Ledger) KeepMove(ctx context.Context, run, to string) error {
	return l.write(ctx, func(t *transaction) error {
		n, err := l.run(t, run)
		if err != nil {
			return err
		}
		err = t.later("UPDATE run SET moved_to = ? WHERE number = ?", to, n.number)
		return err
	})
}
