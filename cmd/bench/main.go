// Command bench measures whole runs of muster on made-up books, and compares each with a floor: the least that the job
// could do, with the usual library for it, on the same machine in the same minute. It prints a table, one line a job.
//
//	go run ./cmd/bench                       # all jobs, at full size: almost an hour
//	go run ./cmd/bench -scale 0.1 -only check
//	go run ./cmd/bench -before ./muster-old  # alternates with another build
//	go run ./cmd/bench -only PostgreSQL -ledger postgres://muster@db.internal/muster
//
// Machines differ and are never idle: compare figures of one call, never of two.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
)

// settings are the flags.
type settings struct {
	before string
	ledger string // address of the server for the jobs that need one; "": they are left out
	times  int
	scale  float64
	only   *regexp.Regexp
}

func main() {
	var s settings
	only := flag.String("only", "", "measure the jobs whose names match this regular expression")
	serving := flag.Bool("serve", false, "be the server of the net/http floor")
	flag.StringVar(&s.before, "before", "", "another build of muster to measure in turn with this one")
	flag.StringVar(&s.ledger, "ledger", "", "a PostgreSQL, for the jobs with a ledger on a server; they drop what they make")
	flag.IntVar(&s.times, "times", 3, "runs of each job; the table has the median")
	flag.Float64Var(&s.scale, "scale", 1, "part of the rows")
	flag.Parse()
	if *serving {
		answerAtOnce()
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if s.only, err = regexp.Compile(*only); err == nil {
		err = s.bench(ctx, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// answerAtOnce serves until it is killed.
func answerAtOnce() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
	}))
	fmt.Println(s.URL)
	select {}
}

// bench prints the table to w, a job at a time.
func (s *settings) bench(ctx context.Context, w io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	now, err := build(ctx, dir)
	if err != nil {
		return err
	}
	programs := []*program{{name: "now", path: now}}
	if s.before != "" {
		path, err := filepath.Abs(s.before)
		if err != nil {
			return err
		}
		programs = []*program{{name: "before", path: path}, programs[0]}
	}
	if _, err := io.WriteString(w, heading); err != nil {
		return err
	}
	for _, j := range jobs() {
		if !s.only.MatchString(j.name) || j.onServer && s.ledger == "" {
			continue
		}
		if err := s.do(ctx, &j, programs, dir, w); err != nil {
			return fmt.Errorf("%s: %w", j.name, err)
		}
	}
	return nil
}
