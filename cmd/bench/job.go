package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// job is a row of the table: one kind of run of the whole program.
type job struct {
	name     string
	provider string
	rows     int // in its book, at -scale 1
	broken   int // one row in so many has problems; 0: none
	workbook bool
	onServer bool   // its ledger is on the server
	goal     string // from pipeline/README.md, Speed and size
	floor    floor  // nil: a server that answers at once
	against  string // what the floor is
	measure  func(ctx context.Context, r *rig, p *program) (usage, error)
}

// rig is what the runs of a job share.
type rig struct {
	job  *job
	book string
	rows int
	env  []string
	// address is where the stand-ins listen. It is always the same, because the ledger knows a customer at one address
	// only.
	address string
	self    string // muster of this checkout, whose stand-in serves all programs
	server  string // address of the server that has the ledgers; "": they are files
	// known are ledgers that know every row, by the name of their program. A job makes each of them once.
	known map[string]ledger
}

const (
	answer = 50 * time.Millisecond
	wide   = "25 columns"
)

func jobs() []job {
	return []job{
		{name: "check, CSV, " + wide, provider: "connectfi", rows: 1_000_000, goal: "500,000 rows/s, 128 MiB",
			floor: readCSV, against: "encoding/csv", measure: check},
		{name: "check, CSV, 6 columns", provider: "passport", rows: 1_000_000, goal: "1,500,000 rows/s",
			floor: readCSV, against: "encoding/csv", measure: check},
		{name: "check, XLSX, " + wide, provider: "connectfi", rows: 200_000, workbook: true, goal: "100,000 rows/s",
			floor: inflate, against: "inflate", measure: check},
		{name: "check with a workbook", provider: "passport", rows: 1_000_000, goal: "20 s, 192 MiB",
			floor: stream, against: "excelize, 12 columns", measure: checkInto},
		{name: "the same, 1 in 10 invalid", provider: "passport", rows: 1_000_000, broken: 10, goal: "20 s, 192 MiB",
			floor: stream, against: "excelize, 12 columns", measure: checkInto},
		{name: "import, answered at once", provider: "passport", rows: 100_000, goal: "15,000 rows/s, 128 MiB",
			against: "net/http", measure: firstImport(0)},
		{name: "import, answered at once, " + wide, provider: "connectfi", rows: 100_000, goal: "15,000 rows/s, 128 MiB",
			against: "net/http", measure: firstImport(0)},
		{name: "import, answered after 50 ms", provider: "passport", rows: 100_000, goal: "93 % of the floor",
			floor: wait(answer), against: "64 at once", measure: firstImport(answer)},
		{name: "import of a long book", provider: "passport", rows: 1_000_000, goal: "128 MiB", against: "net/http",
			measure: firstImport(0)},
		{name: "settling", provider: "connectfi", rows: 9_600, goal: "the pace of an import", against: "net/http",
			measure: settleAll},
		{name: "the same book again", provider: "passport", rows: 1_000_000, goal: "12 s", floor: readCSV,
			against: "encoding/csv", measure: secondImport},
		{name: "import on PostgreSQL, answered at once", provider: "passport", rows: 100_000, onServer: true,
			goal: "4,000 rows/s, 128 MiB", against: "net/http", measure: firstImport(0)},
		{name: "import on PostgreSQL, answered after 50 ms", provider: "passport", rows: 100_000, onServer: true,
			goal: "93 % of the floor", floor: wait(answer), against: "64 at once", measure: firstImport(answer)},
		{name: "settling on PostgreSQL", provider: "connectfi", rows: 9_600, onServer: true,
			goal: "the pace of an import", against: "net/http", measure: settleAll},
		{name: "the same book again on PostgreSQL", provider: "passport", rows: 100_000, onServer: true, floor: readCSV,
			against: "encoding/csv", measure: secondImport},
	}
}

func check(ctx context.Context, r *rig, p *program) (usage, error) {
	return p.run(ctx, r.env, []string{"check", r.book, "--provider", r.job.provider, "--quiet"}, 3)
}

func checkInto(ctx context.Context, r *rig, p *program) (usage, error) {
	report := filepath.Join(p.dir, "report.xlsx")
	defer os.Remove(report) // the folder goes at the end
	return p.run(ctx, r.env, []string{"check", r.book, "--provider", r.job.provider, "--quiet", "--report", report}, 3)
}

// firstImport imports the book into a new ledger. Each request takes that long.
func firstImport(each time.Duration) func(context.Context, *rig, *program) (usage, error) {
	return func(ctx context.Context, r *rig, p *program) (_ usage, err error) {
		l, err := r.newLedger(p, "first")
		if err != nil {
			return usage{}, err
		}
		defer func() { err = errors.Join(err, r.removeLedger(ctx, l)) }()
		return r.send(ctx, p, l, each)
	}
}

// secondImport measures an import of a book whose rows are all known. The first import is run once for each program,
// and not measured.
func secondImport(ctx context.Context, r *rig, p *program) (usage, error) {
	l, ok := r.known[p.name]
	if !ok {
		var err error
		if l, err = r.newLedger(p, "second"); err != nil {
			return usage{}, err
		}
		r.known[p.name] = l
		if _, err := r.send(ctx, p, l, 0); err != nil {
			return usage{}, err
		}
	}
	return r.send(ctx, p, l, 0)
}

// send imports the book into a ledger from a stand-in of its own.
func (r *rig) send(ctx context.Context, p *program, l ledger, each time.Duration) (_ usage, err error) {
	s, err := serve(ctx, r.self, r.env, []string{"standin", "--provider", r.job.provider, "--listen", r.address,
		"--latency", each.String()})
	if err != nil {
		return usage{}, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	report := filepath.Join(p.dir, "report.csv")
	defer os.Remove(report) // the folder goes at the end
	return p.run(ctx, l.environment(r.env), r.importing(r.job.provider, s.url, l.name, report))
}
