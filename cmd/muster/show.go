package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/pipeline"
)

// showFlags are the flags of `muster show`.
type showFlags struct {
	provider string
	target   targetFlags
	ledger   string
	key      string
	json     bool
}

func (p *program) showCommand() *cobra.Command {
	var f showFlags
	c := &cobra.Command{
		Use:     "show " + p.sentence("command.show_args"),
		Short:   p.sentence("command.show_short"),
		Long:    p.sentence("command.show_long"),
		Example: p.sentence("command.show_example"),
		Args:    atMost(1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := context.Background()
			switch byKey := c.Flags().Changed("key"); {
			case byKey == (len(args) == 1):
				return pipeline.Mistakef("name either a run, or a key with --key").
					Try("such as: muster show 20261121-063015-4f2a:17, or muster show --key KEY --provider NAME")
			case byKey:
				return p.showKey(ctx, f)
			}
			return p.showRun(ctx, f, args[0])
		},
	}
	f.target.register(p, c)
	fl := c.Flags()
	fl.Lookup("env").Usage = p.sentence("cmd_flags.env_of_key")
	fl.StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.provider_of_key"))
	fl.StringVar(&f.ledger, "ledger", "", p.sentence("cmd_flags.ledger"))
	fl.StringVar(&f.key, "key", "", p.sentence("cmd_flags.key"))
	fl.BoolVar(&f.json, "json", false, p.sentence("cmd_flags.json"))
	return c
}

// showRun tells of a run, or of one of its rows.
func (p *program) showRun(ctx context.Context, f showFlags, what string) (err error) {
	id, rowText, hasRow := strings.Cut(what, ":")
	row := 0
	if hasRow {
		if row, err = strconv.Atoi(rowText); err != nil || row < 1 {
			return pipeline.Mistakef("%q names no row", what).
				Try("write the run and the row's number, such as 20261121-063015-4f2a:17")
		}
	}
	l, err := p.readLedger(ctx, f.ledger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	run, err := l.Run(ctx, id)
	if err != nil {
		return err
	}
	t := teller{program: p, json: f.json}
	if !hasRow {
		t.run(run)
		return t.end()
	}
	o, there, err := l.RowOutcome(ctx, run.ID, row)
	if err != nil {
		return err
	}
	if !there && !run.Forgotten.IsZero() {
		return pipeline.Mistakef("run %s: its rows were forgotten on %s", run.ID, run.Forgotten.Format(time.DateOnly)).
			Try("ask for the customer: muster show --key KEY --provider " + run.Namespace.Provider)
	}
	if !there {
		return pipeline.Mistakef("run %s: has nothing of row %d; it was never sent, or is not in %s", run.ID, row,
			run.Book).Try("the row is pending if the book has it: run the import again to go on")
	}
	rows, err := l.Rows(ctx, run.ID, row)
	if err != nil {
		return err
	}
	t.row(run, o, rows)
	if o.Ref == 0 {
		t.line(0, "nothing was sent for this row")
		return t.end()
	}
	own, err := l.Customers(ctx, []int64{o.Ref})
	if err != nil {
		return err
	}
	// The same merchant under other requests: refused, or found absent, before
	// or since.
	refs, err := l.History(ctx, own[0].Keys)
	if err != nil {
		return err
	}
	all, err := l.Customers(ctx, refs)
	if err != nil {
		return err
	}
	for i := range all {
		t.customer(&all[i])
	}
	return t.end()
}

// showKey tells of every customer that has or had a key.
func (p *program) showKey(ctx context.Context, f showFlags) (err error) {
	key := f.key
	if key == "-" {
		line, err := bufio.NewReader(io.LimitReader(p.stdin, 1<<16)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the key from standard input: %w", err)
		}
		key = line
	}
	key = pipeline.Trim(key)
	switch {
	case key == "":
		return pipeline.Mistakef("the key is empty").Try("write it behind --key, or with --key - on standard input")
	case pipeline.IsMasked(key):
		return pipeline.Mistakef("a masked key says nothing").
			Try("give the whole key, or name the run and the row: muster show RUN:ROW")
	}
	l, err := p.readLedger(ctx, f.ledger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	places, err := f.places(ctx, l)
	if err != nil {
		return err
	}
	t := teller{program: p, json: f.json}
	var sought []string
	for _, place := range places {
		space, err := l.Space(ctx, place.namespace, place.def.Provider())
		if err != nil {
			return err
		}
		refs, err := l.History(ctx, space.KeyTags(key))
		if err != nil {
			return err
		}
		customers, err := l.Customers(ctx, refs)
		if err != nil {
			return err
		}
		for i := range customers {
			t.customer(&customers[i])
		}
		if len(customers) == 0 {
			sought = append(sought, fmt.Sprintf("%s (as %s)", place.namespace, pipeline.List(pipeline.InEnglish(place.def.Provider().KeyLabels()))))
		}
	}
	if len(sought) == len(places) {
		return pipeline.Mistakef("no customer has this key; looked for in %s", pipeline.List(sought)).
			Try("nothing was ever sent for it there; look at the spelling, and whether --provider, --env, --base-url " +
				"and --account are those of the import")
	}
	return t.end()
}
