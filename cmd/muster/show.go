package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/story"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// showFlags are the flags of `muster show`.
type showFlags struct {
	provider string
	target   targetFlags
	ledger   ledgerFlag
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
				return pipeline.Wrong("cmd_show.run_or_key").Try("cmd_show.run_or_key_such_as")
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
	f.ledger.register(p, c, p.sentence("cmd_flags.ledger"))
	fl.StringVar(&f.key, "key", "", p.sentence("cmd_flags.key"))
	fl.BoolVar(&f.json, "json", false, p.sentence("cmd_flags.json"))
	return c
}

// showRun prints the story of a run, or of one of its rows.
func (p *program) showRun(ctx context.Context, f showFlags, what string) (err error) {
	id, rowText, hasRow := strings.Cut(what, ":")
	row := 0
	if hasRow {
		if row, err = strconv.Atoi(rowText); err != nil || row < 1 {
			return pipeline.Wrong("cmd_show.not_a_row", "text", what).Try("cmd_show.row_such_as")
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
	t := storyPrinter{program: p, json: f.json, text: story.New(p.words.In(time.Local))}
	if !hasRow {
		live, err := l.Live(ctx)
		if err != nil {
			return err
		}
		t.run(run, liveRun(live, run))
		return t.end()
	}
	o, there, err := l.RowOutcome(ctx, run.ID, row)
	if err != nil {
		return err
	}
	if !there && !run.Forgotten.IsZero() {
		return pipeline.Wrong("cmd_show.run_forgotten", "run", run.ID, "date", run.Forgotten.Format(time.DateOnly)).
			Try("cmd_show.look_up_customer", "provider", run.DefinitionName())
	}
	if !there {
		return pipeline.Wrong("cmd_show.row_unknown", "run", run.ID, "row", row, "book", run.Book).
			Try("cmd_show.row_may_be_pending")
	}
	rows, err := l.Rows(ctx, run.ID, row)
	if err != nil {
		return err
	}
	dismissed, err := l.Dismissals(ctx, run.ID)
	if err != nil {
		return err
	}
	t.row(run, o, rows, dismissed)
	if o.Ref == 0 {
		return t.end()
	}
	own, err := l.Customers(ctx, []int64{o.Ref})
	if err != nil {
		return err
	}
	// Other requests for the same merchant: refused, or found absent, before or since.
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

// showKey prints the story of every customer that has or had a key.
func (p *program) showKey(ctx context.Context, f showFlags) (err error) {
	key := f.key
	if key == "-" {
		line, err := bufio.NewReader(io.LimitReader(p.stdin, 1<<16)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return pipeline.Fail("cmd_show.key_unread", "cause", err)
		}
		key = line
	}
	key = pipeline.Trim(key)
	switch {
	case key == "":
		return pipeline.Wrong("cmd_show.key_empty").Try("cmd_show.key_where")
	case pipeline.IsMasked(key):
		return pipeline.Wrong("cmd_show.key_masked").Try("cmd_show.key_whole")
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
	t := storyPrinter{program: p, json: f.json, text: story.New(p.words.In(time.Local))}
	runs, err := l.Runs(ctx)
	if err != nil {
		return err
	}
	var sought, tried []string
	var wrong *pipeline.Message
	readable := false
	for _, place := range places {
		reading, err := place.read(key, runs)
		if err != nil {
			return err
		}
		readable = readable || reading.Readable
		if wrong == nil {
			wrong = reading.Wrong
		}
		space, err := l.Space(ctx, place.namespace, place.def.Provider())
		if err != nil {
			return err
		}
		var tags []pipeline.Tag
		for _, value := range reading.Values {
			tags = append(tags, space.KeyTags(value)...)
		}
		refs, err := l.History(ctx, tags)
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
			sought = append(sought, p.sentence("cmd_show.place_of_key", "namespace", place.namespace.String(),
				"keys", place.def.Provider().KeyLabels()))
			tried = p.tried(tried, reading)
		}
	}
	switch {
	case len(sought) == len(places) && !readable && wrong != nil:
		return pipeline.Wrong("cmd_show.key_unreadable", "places", sought, "tried", tried).
			Try("cmd_show.key_wrong", "reason", wrong)
	case len(sought) == len(places) && !readable:
		return pipeline.Wrong("cmd_show.key_unreadable", "places", sought, "tried", tried).
			Try("cmd_show.key_as_sent")
	case len(sought) == len(places):
		return pipeline.Wrong("cmd_show.key_unknown", "places", sought).Try("cmd_show.key_elsewhere")
	}
	return t.end()
}

// storyPrinter prints the story of a run, a row or a customer, as lines for people or as JSON lines.
type storyPrinter struct {
	*program
	json bool
	text *story.Text
}

func (t *storyPrinter) run(r pipeline.Run, live *ledger.Live) {
	if t.json {
		t.print(jsonlines.ShownRunOf(r, t.english))
		return
	}
	t.text.Run(r, live)
}

func (t *storyPrinter) row(r pipeline.Run, o pipeline.Outcome, rows []int, dismissed []ledger.Dismissal) {
	if t.json {
		line := jsonlines.ShownRowOf(r.ID, o, rows, t.english)
		line.Dismiss(dismissed)
		t.print(line)
		return
	}
	t.text.Row(r, o, rows)
	t.text.Dismissed(o.Row, dismissed)
}

func (t *storyPrinter) customer(c *ledger.Customer) {
	if t.json {
		t.print(jsonlines.CustomerOf(c, t.english))
		return
	}
	t.text.Customer(c)
}

// end prints the collected lines for people.
func (t *storyPrinter) end() error {
	return t.show(t.text.String())
}
