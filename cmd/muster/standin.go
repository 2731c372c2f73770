package main

import (
	"crypto/rand"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/standin"
)

func (p *program) standinCommand() *cobra.Command {
	var (
		provider, listen string
		latency, life    time.Duration
		uses             int
		seed             uint64
		faults           []string
		doubles, bodies  bool
	)
	c := &cobra.Command{
		Use:     "standin " + p.sentence("command.standin_args"),
		Short:   p.sentence("command.standin_short"),
		Long:    p.sentence("command.standin_long"),
		Example: p.sentence("command.standin_example"),
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("seed") {
				// Otherwise a restarted stand-in would give its first IDs again, to other customers.
				seed = uint64(p.random() * (1 << 53))
			}
			def, err := definition(provider)
			if err != nil {
				return err
			}
			o := standin.Options{Provider: def.Provider(), Check: def.CheckBody, Sentence: p.english.Message,
				Latency: latency, TokenLife: life, TokenUses: uses, Seed: seed, Doubles: doubles, Now: p.now}
			for _, s := range faults {
				f, err := standin.ParseFault(s)
				if err != nil {
					return pipeline.Wrong("cmd_providers.fault", "reason", err)
				}
				o.Faults = append(o.Faults, f)
			}
			if host, _, err := net.SplitHostPort(listen); bodies && err == nil && host != "" && !pipeline.Loopback(host) {
				return pipeline.Wrong("cmd_providers.bodies_beyond", "address", listen).Try("cmd_providers.listen_here")
			}
			if bodies {
				o.Bodies = rand.Text()
			}
			secrets, err := settings.Secrets(def.Provider(), p.getenv)
			if err != nil {
				return err
			}
			o.Signing = secrets
			if len(def.Provider().MissingSecrets(secrets)) == 0 {
				o.Secrets = secrets
			}
			return p.serveStandin(def.Provider(), o, listen)
		},
	}
	fl := c.Flags()
	fl.StringVar(&provider, "provider", "", p.sentence("cmd_flags.provider"))
	fl.StringVar(&listen, "listen", "127.0.0.1:8080", p.sentence("cmd_flags.listen"))
	fl.DurationVar(&latency, "latency", 0, p.sentence("cmd_flags.latency"))
	fl.DurationVar(&life, "token-life", 0, p.sentence("cmd_flags.token_life"))
	fl.IntVar(&uses, "token-uses", 0, p.sentence("cmd_flags.token_uses"))
	fl.BoolVar(&doubles, "allow-doubles", false, p.sentence("cmd_flags.allow_doubles"))
	fl.BoolVar(&bodies, "show-bodies", false, p.sentence("cmd_flags.show_bodies"))
	fl.Uint64Var(&seed, "seed", 0, p.sentence("cmd_flags.seed"))
	fl.StringArrayVar(&faults, "fault", nil, p.sentence("cmd_flags.fault"))
	return c
}

func (p *program) serveStandin(provider *pipeline.Provider, o standin.Options, listen string) error {
	s, err := standin.New(o)
	if err != nil {
		return pipeline.Wrong("cmd_providers.stand_in_unfit", "reason", err)
	}
	stops := p.interrupts()
	defer stops.Release()
	url, stop, err := s.Start(listen)
	if err != nil {
		return pipeline.Wrong("cmd_providers.stand_in_not_started", "reason", err).Try("cmd_providers.free_port")
	}
	if host, _, err := net.SplitHostPort(listen); err == nil && !pipeline.Loopback(host) && host != "" {
		p.say("run.warning", "text", pipeline.Say("cmd_providers.listens_beyond"))
	}
	if _, err := fmt.Fprintln(p.stdout, p.sentence("cmd_providers.stand_in", "provider", provider.Title,
		"url", url)); err != nil {
		return err
	}
	if sign := provider.Sign; sign != nil && !s.ChecksSignatures() {
		p.say("run.warning", "text", pipeline.Say("cmd_providers.signatures_unchecked",
			"variable", pipeline.SecretVariable(provider.Name, sign.Key)))
	}
	if o.Bodies != "" {
		if _, err := fmt.Fprintln(p.stdout, p.sentence("cmd_providers.bodies", "url", url+standin.BodiesPath(o.Bodies))); err != nil {
			return err
		}
	}
	<-stops.First().Done()
	if err := stop(); err != nil {
		return pipeline.Fail("cmd_providers.stand_in_not_stopped", "cause", err)
	}
	_, err = fmt.Fprintln(p.stdout, p.sentence("cmd_providers.stand_in_stopped",
		"customers", pipeline.Say("cmd_providers.customers", "count", s.Customers()),
		"creates", pipeline.Say("cmd_providers.creates", "count", s.Creates())))
	return err
}
