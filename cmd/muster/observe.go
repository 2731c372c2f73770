package main

import (
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/notify"
	"muster/cmd/muster/internal/observe"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
)

// logFlags say what is logged, and where.
type logFlags struct {
	path   string
	format string
	level  string
}

func (f *logFlags) register(p *program, c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.path, "log", "", p.sentence("cmd_flags.log"))
	fl.StringVar(&f.format, "log-format", "json", p.sentence("cmd_flags.log_format"))
	fl.StringVar(&f.level, "log-level", "info", p.sentence("cmd_flags.log_level"))
}

// observed runs f with the observers that the flags ask for, and ends them with f's exit code. Observers never change
// that code, with one exception: metrics that cannot be written change a success, because otherwise an alert would
// stay silent.
func (p *program) observed(f *importFlags, n pipeline.Namespace, books []string, notices *notify.Collector,
	run func(enrol.Observers) error) (err error) {
	if err := f.refuseOwnFiles(p.ledgerFiles(p.ledgerToRead(f.ledger.name)), books); err != nil {
		return err
	}
	log, err := observe.OpenLog(observe.LogOptions{Path: f.log.path, Format: f.log.format, Level: f.log.level,
		Stderr: p.stderr,
		Failed: func(err error) {
			p.say("run.log_failed", "path", f.log.path, "cause", err)
		}, ExitCode: endingCode, English: p.english.Message})
	if err != nil {
		return err
	}
	notices.Of(n)
	observers := enrol.Observers{notices}
	if log != nil {
		observers = append(observers, log)
		defer func() {
			if closed := log.Close(); closed != nil {
				p.say("run.log_unclosed", "path", f.log.path, "cause", closed)
			}
		}()
	}
	meter, err := observe.NewMeter(f.metrics, n, p.now())
	if err != nil {
		return err
	}
	if meter != nil {
		observers = append(observers, meter)
	}
	err = run(append(observers, p.shown(f.output, f.folder.dir)...))
	code, through := howItEnded(err)
	if log != nil && !through {
		log.Stopped(code, err)
	}
	if meter == nil {
		return err
	}
	if failed := meter.Write(code, through, p.now()); failed != nil {
		p.say("run.failed", "error", failed)
		if code == exitOK {
			err = exitError(exitUnfinished)
		}
	}
	return err
}

// howItEnded is the exit code of an import that ended with err, and whether it went through every readable book.
func howItEnded(err error) (code int, through bool) {
	if err != nil {
		code, _ = explain(err)
	}
	others := code
	var folder folderError
	if errors.As(err, &folder) {
		others = folder.others
	}
	return code, others == exitOK || others == exitFix || others == exitLook
}

// shown are the observers for the person or program that waits for an import: JSON lines, and progress as a bar at a
// terminal, else as sentences. dir is the folder of the books, "" without one.
func (p *program) shown(f outputFlags, dir string) enrol.Observers {
	var o enrol.Observers
	switch {
	case p.mayDraw(f):
		o = append(o, terminal.NewBar(p.screen, p.words, p.now))
	case !f.quiet:
		o = append(o, terminal.NewLines(p.sayMessage, p.now))
	default:
		o = append(o, terminal.NewWaits(p.sayMessage, p.now))
	}
	if f.json {
		o = append(o, jsonlines.NewObserver(jsonlines.NewPrinter(p.stdout), p.english, endingCode, dir, p.now))
	}
	return o
}

// mayDraw reports whether a bar is shown: at a terminal, without --quiet and --json.
func (p *program) mayDraw(f outputFlags) bool {
	return p.screen != nil && p.stderr == io.Writer(p.screen) && p.screen.Width() > 0 && !f.quiet && !f.json
}

// refuseOwnFiles refuses a log or metrics file that the import also reads.
func (f importFlags) refuseOwnFiles(ledger, books []string) error {
	for flag, path := range map[string]string{"--log": f.log.path, "--metrics": f.metrics} {
		for _, other := range slices.Concat(ledger, f.book.mappings, books,
			f.report.paths) {
			if path != "-" && enrol.SameFile(path, other) {
				return pipeline.Wrong("run.file_in_use", "flag", flag, "path", path).Try("enrol.name_another")
			}
		}
	}
	if f.log.path != "-" && enrol.SameFile(f.log.path, f.metrics) {
		return pipeline.Wrong("run.log_is_metrics").Try("enrol.name_another")
	}
	return nil
}
