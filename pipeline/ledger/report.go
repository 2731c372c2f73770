package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// WrittenReport is a report as a run has written it.
type WrittenReport struct {
	SHA256 string // of the file, hex
	Path   string // absolute, links followed
}

// KeepReports keeps which reports a run has written.
func (l *Ledger) KeepReports(ctx context.Context, run string, written []WrittenReport) error {
	return l.write(ctx, func(t *transaction) error {
		for _, r := range written {
			_, err := t.exec(`INSERT INTO report (sha256, path, run) VALUES (?, ?, ?)
				ON CONFLICT (sha256) DO UPDATE SET path = excluded.path`, r.SHA256, r.Path, run)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// IsReport says whether a run has written a report of that SHA-256.
func (l *Ledger) IsReport(ctx context.Context, sha256 string) (is bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		return t.one("SELECT EXISTS (SELECT 1 FROM report WHERE sha256 = ?)", []any{sha256}, &is)
	})
	return is, err
}

// HasReports says whether it is known which reports a run has written.
func (l *Ledger) HasReports(ctx context.Context, run string) (has bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		return t.one("SELECT EXISTS (SELECT 1 FROM report WHERE run = ?)", []any{run}, &has)
	})
	return has, err
}

// HasReportAt says whether a run has written a report to that path, absolute and with
// links followed.
func (l *Ledger) HasReportAt(ctx context.Context, path string) (has bool, err error) {
	err = l.read(ctx, func(t *transaction) error {
		return t.one("SELECT EXISTS (SELECT 1 FROM report WHERE path = ? AND path <> '')", []any{path}, &has)
	})
	return has, err
}

// LeftAlone is a file of a folder that is no book.
type LeftAlone struct {
	Path    string // absolute
	Size    int64
	Changed time.Time
}

// SaidOf is when it was last said of this very file that it is left alone; zero
// when it never was, or of another size or time of change.
func (l *Ledger) SaidOf(ctx context.Context, f LeftAlone) (at time.Time, err error) {
	err = l.read(ctx, func(t *transaction) error {
		var said int64
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

// KeepSaid keeps that it was said now of these files that they are left alone.
func (l *Ledger) KeepSaid(ctx context.Context, files []LeftAlone) error {
	return l.write(ctx, func(t *transaction) error {
		for _, f := range files {
			_, err := t.exec(`INSERT INTO left_alone (path, size, changed, said) VALUES (?, ?, ?, ?)
				ON CONFLICT (path) DO UPDATE SET size = excluded.size, changed = excluded.changed, said = excluded.said`,
				f.Path, f.Size, f.Changed.UnixMilli(), l.orNow(time.Time{}))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// KeepMove remembers where the book of the run of that ID (in full) was put away.
func (l *Ledger) KeepMove(ctx context.Context, run, to string) error {
	return l.write(ctx, func(t *transaction) error {
		n, err := l.run(t, run)
		if err != nil {
			return err
		}
		_, err = t.exec("UPDATE run SET moved_to = ? WHERE number = ?", to, n.number)
		return err
	})
}
