package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

func (p *program) ledgerMoveCommand() *cobra.Command {
	var allowPlain, asJSON bool
	c := &cobra.Command{
		Use:         "move " + p.sentence("command.ledger_move_args"),
		Short:       p.sentence("command.ledger_move_short"),
		Long:        p.sentence("command.ledger_move_long"),
		Example:     p.sentence("command.ledger_move_example"),
		Annotations: withExitCodes(p.sentence("command.ledger_move_exit")),
		Args:        arguments(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return p.moveLedger(args[0], args[1], allowPlain, asJSON)
		},
	}
	c.Flags().BoolVar(&allowPlain, "allow-plain", false, p.sentence("cmd_flags.allow_plain"))
	c.Flags().BoolVar(&asJSON, "json", false, p.sentence("cmd_flags.json"))
	return c
}

func (p *program) moveLedger(from, to string, allowPlain, asJSON bool) error {
	stops := p.interrupts()
	defer stops.Release()
	m, err := ledger.Move(stops.First(), from, to, ledger.Options{Now: p.now, English: p.english.Message,
		Holder: holder("muster", "ledger", "move", from), KeyFile: p.getenv(settings.LedgerKeyVariable),
		AllowPlain: allowPlain})
	if errors.Is(err, ledger.ErrNone) {
		return pipeline.Wrong("cmd_ledger.not_found").At(ledgerAt(from))
	}
	if err != nil {
		return err
	}
	if m.Older != "" && !asJSON {
		p.say("enrol.ledger_upgraded", "path", m.Older)
	}
	if asJSON {
		p.print(jsonlines.MovedLedger{Already: m.Already, Customers: m.Customers, From: m.From, KeyFile: m.KeyFile,
			Rows: m.Rows, Runs: m.Runs, To: m.To, Unsettled: m.Unsettled})
		return nil
	}
	_, err = fmt.Fprint(p.stdout, p.movedText(m))
	return err
}

// movedText says what was moved, and what to do now.
func (p *program) movedText(m ledger.Moved) string {
	if m.Already {
		return p.sentence("cmd_ledger.moved_already", "from", m.From, "to", m.To) + "\n"
	}
	text := p.sentence("cmd_ledger.moved", "from", m.From, "to", m.To) + "\n  "
	counts := []string{p.sentence("cmd_ledger.runs", "count", m.Runs), p.sentence("cmd_ledger.customers", "count", m.Customers)}
	if m.Unsettled > 0 {
		counts = append(counts, p.sentence("cmd_ledger.unanswered", "count", m.Unsettled))
	}
	text += p.sentence("cmd_ledger.moved_counts", "counts", counts) + "\n"
	return text + p.sentence("cmd_ledger.moved_key", "to", m.To, "key", m.KeyFile)
}
