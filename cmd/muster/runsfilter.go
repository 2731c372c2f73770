package main

import (
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/openrows"
	"muster/pipeline"
)

// runsFilter selects runs; an empty filter selects all.
type runsFilter struct {
	provider, env, account, book string
	since, until                 string
	unfinished                   bool
	last                         int
}

func (f *runsFilter) register(p *program, c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.only_provider"))
	fl.StringVar(&f.env, "env", "", p.sentence("cmd_flags.only_env"))
	fl.StringVar(&f.account, "account", "", p.sentence("cmd_flags.only_account"))
	fl.StringVar(&f.book, "book", "", p.sentence("cmd_flags.only_book"))
	fl.StringVar(&f.since, "since", "", p.sentence("cmd_flags.since"))
	fl.StringVar(&f.until, "until", "", p.sentence("cmd_flags.until"))
	fl.BoolVar(&f.unfinished, "unfinished", false, p.sentence("cmd_flags.unfinished"))
	fl.IntVar(&f.last, "last", 0, p.sentence("cmd_flags.last"))
}

// pick returns the runs that match, in their order.
func (f runsFilter) pick(p *program, runs []pipeline.Run) ([]pipeline.Run, error) {
	var since, until time.Time
	var err error
	if f.since != "" {
		if since, err = p.date("--since", f.since); err != nil {
			return nil, err
		}
	}
	if f.until != "" {
		if until, err = p.date("--until", f.until); err != nil {
			return nil, err
		}
	}
	if !since.IsZero() && !until.IsZero() && !since.Before(until) {
		return nil, pipeline.Wrong("cmd_show.since_after_until", "since", f.since, "until", f.until).
			Try("cmd_show.since_before_until")
	}
	if _, err := filepath.Match(f.book, ""); err != nil {
		return nil, pipeline.Wrong("cmd_show.book_pattern", "pattern", f.book)
	}
	if f.last < 0 {
		return nil, pipeline.Wrong("cmd_show.last_negative", "number", f.last)
	}
	var picked []pipeline.Run
	for _, r := range runs {
		switch {
		case f.provider != "" && !ranBy(&r, f.provider),
			f.env != "" && r.Namespace.Env != f.env,
			f.account != "" && r.Namespace.Account != f.account,
			f.book != "" && !openrows.Names(f.book, r.Book),
			!since.IsZero() && r.Started.Before(since),
			!until.IsZero() && !r.Started.Before(until),
			f.unfinished && !r.Finished.IsZero() && r.Halt == nil:
			continue
		}
		picked = append(picked, r)
	}
	if f.last > 0 && len(picked) > f.last {
		picked = picked[len(picked)-f.last:]
	}
	return picked, nil
}
