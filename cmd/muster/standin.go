package main

import (
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
		doubles          bool
	)
	c := &cobra.Command{
		Use:   "standin --provider NAME|DIR --listen ADDR",
		Short: "Run the stand-in of a provider as a server",
		Long: `standin behaves like a provider from its definition alone: it asks for
credentials, checks bodies, refuses what it has already, and finds customers
again. It keeps everything in memory. Credentials: any that are not empty, or
those in the environment (MUSTER_<PROVIDER>_...) when they are set.

Its own pages: /_standin/counts and /_standin/customers (?key=KEY&value=VALUE).`,
		Example: "  muster standin --provider juicyway --listen 127.0.0.1:8080\n" +
			"  muster standin --provider connectfi --listen 127.0.0.1:8080 --fault reset-after:rate=0.03",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			def, err := definition(provider)
			if err != nil {
				return err
			}
			o := standin.Options{Provider: def.Provider(), Check: def.CheckBody, Sentence: p.words.Message,
				Latency: latency, TokenLife: life, TokenUses: uses, Seed: seed, Doubles: doubles, Now: p.now}
			for _, s := range faults {
				f, err := standin.ParseFault(s)
				if err != nil {
					return pipeline.Mistakef("--fault: %w", err)
				}
				o.Faults = append(o.Faults, f)
			}
			secrets, err := settings.Secrets(def.Provider(), p.getenv)
			if err != nil {
				return err
			}
			if len(def.Provider().MissingSecrets(secrets)) == 0 {
				o.Secrets = secrets
			}
			return p.serveStandin(def.Provider(), o, listen)
		},
	}
	fl := c.Flags()
	fl.StringVar(&provider, "provider", "", "passport, juicyway, connectfi, or the folder of a definition of your own")
	fl.StringVar(&listen, "listen", "127.0.0.1:8080", "address and port; port 0 takes a free one")
	fl.DurationVar(&latency, "latency", 0, "wait so long before each answer")
	fl.DurationVar(&life, "token-life", 0, "how long a token is good (default 1h)")
	fl.IntVar(&uses, "token-uses", 0, "for how many requests a token is good (default: any number)")
	fl.BoolVar(&doubles, "allow-doubles", false, "refuse nothing: a request that is sent twice makes two customers")
	fl.Uint64Var(&seed, "seed", 1, "of the made-up IDs and of random faults")
	fl.StringArrayVar(&faults, "fault", nil,
		"a fault on demand, such as reset-after:rate=0.03; may be given several times")
	return c
}

func (p *program) serveStandin(provider *pipeline.Provider, o standin.Options, listen string) error {
	s, err := standin.New(o)
	if err != nil {
		return pipeline.Mistakef("stand-in: %w", err)
	}
	stops := p.interrupts()
	defer stops.Release()
	url, stop, err := s.Start(listen)
	if err != nil {
		return pipeline.Mistakef("stand-in: %w", err).Try("name a free port with --listen")
	}
	if host, _, err := net.SplitHostPort(listen); err == nil && !pipeline.Loopback(host) && host != "" {
		p.sayf("warning: the stand-in listens beyond this machine, and its pages show what it was sent")
	}
	if _, err := fmt.Fprintf(p.stdout, "stand-in of %s: %s\n", provider.Title, url); err != nil {
		return err
	}
	<-stops.First().Done()
	if err := stop(); err != nil {
		return fmt.Errorf("stop the stand-in: %w", err)
	}
	_, err = fmt.Fprintf(p.stdout, "stopped: %s, %s\n", pipeline.Count(s.Customers(), "customer"),
		pipeline.Count(s.Creates(), "create"))
	return err
}
