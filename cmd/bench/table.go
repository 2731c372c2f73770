package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// do measures one job with each program in turn, and its floor between them.
func (s *settings) do(ctx context.Context, j *job, programs []*program, dir string, w io.Writer) (err error) {
	dir = filepath.Join(dir, "job")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, p := range programs {
		p.dir = filepath.Join(dir, p.name)
		if err := os.MkdirAll(p.dir, 0o700); err != nil {
			return err
		}
	}
	r, err := s.rig(j, dir, programs[len(programs)-1].path)
	if err != nil {
		return err
	}
	defer func() {
		for _, l := range r.known {
			err = errors.Join(err, r.removeLedger(ctx, l))
		}
	}()
	least, stop, err := r.least(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	var floors []time.Duration
	used := map[string][]usage{}
	for range s.times {
		took, err := least(r.book, r.rows)
		if err != nil {
			return err
		}
		floors = append(floors, took)
		for _, p := range programs {
			u, err := j.measure(ctx, r, p)
			if err != nil {
				return err
			}
			used[p.name] = append(used[p.name], u)
		}
	}
	return r.line(w, programs, used, middle(floors, func(d time.Duration) time.Duration { return d }))
}

// rig writes the book of a job.
func (s *settings) rig(j *job, dir, self string) (*rig, error) {
	p, err := patternOf(j.provider)
	if err != nil {
		return nil, err
	}
	env, err := environment(j.provider)
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	r := &rig{job: j, book: filepath.Join(dir, "book.csv"), rows: max(1, int(float64(j.rows)*s.scale)), env: env,
		address: address, self: self, known: map[string]ledger{}}
	if j.onServer {
		r.server = s.ledger
	}
	write := p.writeCSV
	if j.workbook {
		r.book, write = filepath.Join(dir, "book.xlsx"), p.writeXLSX
	}
	return r, write(r.book, r.rows, j.broken)
}

// least returns the job's floor, and a function that ends it.
func (r *rig) least(ctx context.Context) (floor, func() error, error) {
	if r.job.floor != nil {
		return r.job.floor, func() error { return nil }, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	server, err := serve(ctx, self, os.Environ(), []string{"-serve"})
	if err != nil {
		return nil, nil, err
	}
	return post(server.url), server.stop, nil
}

const heading = `| job, rows | program | time | rows/s | CPU | memory | of the floor | goal |
|---|---|---|---|---|---|---|---|
`

// line prints what a job took: a line for each program, one for the floor.
func (r *rig) line(w io.Writer, programs []*program, used map[string][]usage, floor time.Duration) error {
	name := fmt.Sprintf("%s, %d", r.job.name, r.rows)
	for _, p := range programs {
		wall := middle(used[p.name], func(u usage) time.Duration { return u.wall })
		_, err := fmt.Fprintf(w, "| %s | %s | %.2f s | %d | %.2f s | %d MiB | %.0f %% | %s |\n", name, p.name, wall.Seconds(),
			r.pace(wall), middle(used[p.name], func(u usage) time.Duration { return u.cpu }).Seconds(),
			middle(used[p.name], func(u usage) int64 { return u.peak })>>20, 100*floor.Seconds()/wall.Seconds(), r.job.goal)
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "| | %s | %.2f s | %d | | | | |\n", r.job.against, floor.Seconds(), r.pace(floor))
	return err
}

// pace returns rows per second.
func (r *rig) pace(took time.Duration) int { return int(float64(r.rows) / took.Seconds()) }

// middle returns the median of what value returns.
func middle[A any, V cmp.Ordered](all []A, value func(A) V) V {
	values := make([]V, len(all))
	for i, a := range all {
		values[i] = value(a)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
