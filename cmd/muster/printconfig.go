package main

import (
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/inuse"
	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/settings"
)

const printConfigFlag = "print-config"

// printableConfig adds --print-config to the commands that send: the flag prints the settings in use and does nothing
// else.
func (p *program) printableConfig(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() != "import" && c.Name() != "check" {
			continue
		}
		c.Flags().Bool(printConfigFlag, false, p.sentence("cmd_flags.print_config"))
		run := c.RunE
		c.RunE = func(c *cobra.Command, args []string) error {
			if printsConfig(c) {
				return p.printConfig(c)
			}
			return run(c, args)
		}
	}
}

func printsConfig(c *cobra.Command) bool {
	f := c.Flags().Lookup(printConfigFlag)
	return f != nil && f.Value.String() == "true"
}

func (p *program) printConfig(c *cobra.Command) error {
	def, err := definition(flagText(c, "provider"))
	if err != nil {
		return err
	}
	f := targetFlags{env: flagText(c, "env"), baseURL: flagText(c, "base-url"), account: flagText(c, "account"),
		allowHTTP: flagText(c, "allow-http") == "true", rate: flagText(c, "rate")}
	if text := flagText(c, "concurrency"); text != "" {
		if f.concurrency, err = strconv.Atoi(text); err != nil {
			return err
		}
	}
	t, err := f.resolve(def.Provider())
	if err != nil {
		return err
	}
	// Read here already, so that a secret that is given twice is an error.
	secrets, err := settings.Secrets(def.Provider(), p.getenv)
	if err != nil {
		return err
	}
	rehearsal := t.Namespace.Rehearsal()
	sources := inuse.Sources{Command: c, Target: t, Language: p.lang, Getenv: p.getenv,
		Ledger: func() (string, error) { return p.findLedger("", rehearsal) }}
	ledgerInUse, err := p.findLedger(flagText(c, "ledger"), rehearsal)
	if err != nil {
		ledgerInUse = "" // a note of --ledger says so
	}
	all := append(sources.Flags(printConfigFlag, "help"), sources.LedgerKey(ledgerInUse)...)
	all = append(all, sources.Secrets(def.Provider(), secrets)...)
	if !rehearsal {
		if _, err := p.connection(def.Provider(), secrets); err != nil {
			return err
		}
		all = append(all, sources.Network()...)
	}
	return p.printSettings(all, flagText(c, "json") == "true")
}

func flagText(c *cobra.Command, name string) string {
	if f := c.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

func (p *program) printSettings(all []inuse.Setting, asJSON bool) error {
	if !asJSON {
		_, err := io.WriteString(p.stdout, inuse.Text(p.words, all))
		return err
	}
	for _, s := range all {
		p.print(jsonlines.Setting{Name: s.Name, Value: s.Value, From: s.From, Variable: s.Variable,
			Note: p.english.Say("sentences", "all", s.Notes)})
	}
	return nil
}
