package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// settleAll measures an import that settles a request for each row of the book. An import before it sent the requests,
// and the stand-in answered only 202. The definition lets requests be settled at once; the provider's own would make
// muster wait.
func settleAll(ctx context.Context, r *rig, p *program) (_ usage, err error) {
	definition := filepath.Join(p.dir, "definition")
	l, err := r.newLedger(p, "settle")
	if err != nil {
		return usage{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(definition), r.removeLedger(ctx, l)) }()
	if _, err := p.run(ctx, r.env, []string{"providers", "export", r.job.provider, definition}); err != nil {
		return usage{}, err
	}
	s, err := serve(ctx, r.self, r.env, []string{"standin", "--provider", definition, "--listen", r.address,
		"--latency", "1ms", "--fault", fmt.Sprintf("accepted:duration=1ms,times=%d", r.rows)})
	if err != nil {
		return usage{}, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	send := r.importing(definition, s.url, l.name, filepath.Join(p.dir, "report.csv"))
	env := l.environment(r.env)
	if err := r.breakOff(ctx, p, s, env, send); err != nil {
		return usage{}, err
	}
	if err := hasten(filepath.Join(definition, "provider.yaml")); err != nil {
		return usage{}, err
	}
	used, err := p.run(ctx, env, send)
	if err != nil {
		return used, err
	}
	counts, err := s.counts(ctx)
	if err == nil && counts.Creates < 2*r.rows {
		err = fmt.Errorf("%d requests for %d rows: want each of them sent, and settled by sending it again",
			counts.Creates, r.rows)
	}
	return used, err
}

var settleAfter = regexp.MustCompile(`(?m)^(  after:) .*$`)

// hasten changes a definition so that requests are settled at once.
func hasten(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := len(settleAfter.FindAll(text, -1)); n != 1 {
		return fmt.Errorf("%s has %d settle times, want 1", path, n)
	}
	text = settleAfter.ReplaceAll(text, []byte("${1} 1ms"))
	return os.WriteFile(path, text, 0o600)
}

// breakOff runs an import, and interrupts it when every row has been sent, before it settles them. It does not kill the
// import, because on a ledger on a server the next import would then have to wait.
func (r *rig) breakOff(ctx context.Context, p *program, s *server, env, args []string) error {
	c := exec.CommandContext(ctx, p.path, args...)
	var out bytes.Buffer
	c.Dir, c.Env, c.Stdout, c.Stderr = p.dir, env, &out, &out
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("%s %q ended too early: %w\n%s", p.name, args, err, out.Bytes())
		case <-every.C:
		}
		counts, err := s.counts(ctx)
		if err != nil || counts.Creates >= r.rows && counts.Open == 0 {
			err = errors.Join(err, c.Process.Signal(os.Interrupt))
			<-ended // its exit code only says that rows are left
			return err
		}
	}
}

// counts are what a stand-in reports about itself.
type counts struct{ Creates, Open int }

func (s *server) counts(ctx context.Context) (c counts, err error) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/_standin/counts", nil)
	if err != nil {
		return c, err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return c, err
	}
	defer answer.Body.Close()
	return c, json.NewDecoder(answer.Body).Decode(&c)
}

// importing returns the command line of an import.
func (r *rig) importing(provider, url, ledger, report string) []string {
	return []string{"import", r.book, "--provider", provider, "--base-url", url, "--ledger", ledger,
		"--concurrency", strconv.Itoa(posts), "--rate", "none", "--report", report, "--yes", "--quiet"}
}
