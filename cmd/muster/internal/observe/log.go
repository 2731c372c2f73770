// Package observe records what an import does: a log of its events, and metrics for alerts. It records no personal
// data.
package observe

import (
	"context"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// LogOptions say what is logged, and where.
type LogOptions struct {
	Path   string // appended to; "-" is Stderr
	Format string // json or text
	Level  string // debug, info, warn or error
	Stderr io.Writer
	// Failed is called once when the log can no longer be written, which does not stop an import.
	Failed func(error)
	// ExitCode gives the exit code of a run that ended.
	ExitCode func(enrol.Ending) int
	// English words a message: the log is always in English.
	English func(*pipeline.Message) string
}

// Log is the log of an import: one line per event, with run, row, the HMAC of the row's key, and the provider's
// request ID. It contains no cell of a book and no name, at any level. Its methods may be called from several
// goroutines at once.
type Log struct {
	logger   *slog.Logger
	file     io.Closer // nil for stderr
	exitCode func(enrol.Ending) int
	english  func(*pipeline.Message) string
}

// LogFormats are the formats of a log.
func LogFormats() []string { return []string{"json", "text"} }

// LogLevels are the lowest levels that a log may have, the most detailed first.
func LogLevels() []string { return []string{"debug", "info", "warn", "error"} }

// OpenLog opens a log; nil when no path is given. Only its owner can read a new file. A fault in the options is a
// [pipeline.Mistake]. The caller closes the log.
func OpenLog(o LogOptions) (*Log, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.Level)); err != nil || strings.ContainsAny(o.Level, "+-") {
		return nil, pipeline.Wrong("run.log_level", "level", o.Level)
	}
	if !slices.Contains(LogFormats(), o.Format) {
		return nil, pipeline.Wrong("run.log_format", "format", o.Format)
	}
	if o.Path == "" {
		return nil, nil
	}
	l := &Log{exitCode: o.ExitCode, english: o.English}
	w := o.Stderr
	if o.Path != "-" {
		file, err := os.OpenFile(o.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			return nil, pipeline.Wrong("run.log_unwritten", "path", o.Path, "cause", pipeline.WithoutPath(err)).
				Try("run.file_in_folder")
		}
		l.file, w = file, file
	}
	w = &forgivingWriter{w: w, failed: o.Failed}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: inUTC}
	var handler slog.Handler = slog.NewJSONHandler(w, options)
	if o.Format == "text" {
		handler = slog.NewTextHandler(w, options)
	}
	l.logger = slog.New(handler)
	return l, nil
}

// inUTC shows every time in UTC.
func inUTC(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindTime {
		a.Value = slog.TimeValue(a.Value.Time().UTC())
	}
	return a
}

// forgivingWriter drops what cannot be written, and reports that once.
type forgivingWriter struct {
	w      io.Writer
	failed func(error)
	once   sync.Once
}

func (w *forgivingWriter) Write(b []byte) (int, error) {
	if _, err := w.w.Write(b); err != nil {
		w.once.Do(func() { w.failed(err) })
	}
	return len(b), nil
}

// Close closes the file.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// Stopped logs that the command ended with a failure, with the code of the reason when err is a mistake.
func (l *Log) Stopped(exitCode int, err error) {
	attrs := []slog.Attr{slog.Int("exit_code", exitCode)}
	if reason, place := (enrol.Refused{Err: err}).Reason(); reason != "" {
		attrs = append(attrs, slog.String("reason", string(reason)), slog.String("place", place.String()))
	}
	l.write(slog.LevelError, "stopped", attrs...)
}

// See writes a line for the event, if it is logged.
func (l *Log) See(e enrol.Event) {
	switch e := e.(type) {
	case enrol.Began:
		l.began(e.Run)
	case enrol.Planned:
		l.write(slog.LevelInfo, "plan", slog.String("run", e.Run), slog.Int("rows", e.Counts.Total()),
			slog.Int("customers", e.Customers.Total()), slog.Int("ready", e.Ready), countsGroup(e.Customers))
	case enrol.CreateEnded:
		l.request(e)
	case enrol.LookedUp:
		l.write(slog.LevelInfo, "look-up", slog.String("run", e.Run), slog.String("look_up", e.Name),
			slog.String("answer", e.Answer), milliseconds(e.Took))
	case enrol.Paused:
		l.write(slog.LevelWarn, "pause", slog.String("run", e.Run), slog.Float64("seconds", e.Wait.Seconds()))
	case enrol.Staged:
		if s := e.Stage; s.At == importer.StageOutage {
			l.write(slog.LevelWarn, "outage", slog.String("run", e.Run), slog.Int("unanswered", s.Of),
				slog.Time("until", s.Until))
		}
	case enrol.Settled:
		l.outcome(e)
	case enrol.Lost:
		l.write(slog.LevelError, "not in the ledger", slog.String("run", e.Run), slog.Int("row", e.Row),
			slog.String("customer_id", e.CustomerID))
	case enrol.RowEnded:
		l.row(e)
	case enrol.Finished:
		l.finished(e.Ending)
	case enrol.Waiting:
		l.write(slog.LevelInfo, "waiting", slog.String("ledger", e.Ledger), slog.String("holder", e.Holder),
			slog.Time("since", e.Since))
	case enrol.LeftAlone:
		l.write(slog.LevelWarn, "left alone", slog.String("file", e.Path), slog.String("reason", string(e.Why.Code)))
	case enrol.Refused:
		reason, place := e.Reason()
		l.write(slog.LevelError, "book refused", slog.String("book", e.Book), slog.String("reason", string(reason)),
			slog.String("place", place.String()))
	case enrol.Postponed:
		l.write(slog.LevelWarn, "book postponed", slog.String("book", e.Book), slog.String("reason", string(e.Why.Code)))
	case enrol.Moved:
		l.write(slog.LevelInfo, "book moved", slog.String("book", e.Book), slog.String("to", e.To))
	case enrol.SettledOnly:
		if e.Ending.Run.ID != "" {
			l.finished(e.Ending)
		}
	}
}

func (l *Log) write(level slog.Level, event string, attrs ...slog.Attr) {
	l.logger.LogAttrs(context.Background(), level, event, attrs...)
}

func milliseconds(d time.Duration) slog.Attr {
	return slog.Float64("milliseconds", float64(d.Microseconds())/1000)
}

func (l *Log) began(r pipeline.Run) {
	l.write(slog.LevelInfo, "run begun", slog.String("run", r.ID), slog.String("provider", r.Namespace.Provider),
		slog.String("env", r.Namespace.Env), slog.String("account", r.Namespace.Account),
		slog.String("host", r.BaseURL), slog.String("book", r.Book), slog.String("sheet", r.Sheet),
		slog.String("sha256", r.SHA256), slog.String("mapping", r.Mapping), slog.String("version", r.Version),
		slog.String("definition", r.Digest))
}

func (l *Log) request(e enrol.CreateEnded) {
	a := e.Attempt
	level := slog.LevelInfo
	if a.Verdict != pipeline.VerdictCreated {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("run", e.Run), slog.Int("row", e.Row), slog.String("key_hash", e.KeyHash),
		slog.String("verdict", string(a.Verdict)), slog.Int("http_status", a.HTTPStatus), slog.String("code", a.Code),
		slog.String("request_id", a.RequestID), milliseconds(a.Ended.Sub(a.Sent))}
	if l.logger.Enabled(context.Background(), slog.LevelDebug) {
		// Personal data were replaced when the answer was read.
		attrs = append(attrs, slog.String("message", l.english(a.Message)))
	}
	l.write(level, "request", attrs...)
}

func (l *Log) outcome(e enrol.Settled) {
	o := e.Outcome
	level := slog.LevelInfo
	if o.State.NeedsFix() || o.State == pipeline.Uncertain {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("run", e.Run), slog.Int("row", o.Row), slog.String("key_hash", e.KeyHash),
		slog.String("state", string(o.State)), slog.String("customer_id", o.CustomerID),
		slog.Int("http_status", o.HTTPStatus), slog.String("code", o.Code), slog.String("request_id", o.RequestID),
		slog.Int("attempts", o.Attempts)}
	if o.Row == 0 { // of an earlier run, and not in this book
		attrs = append(attrs, slog.Int64("customer", o.Ref))
	}
	l.write(level, "outcome", attrs...)
}

// loggedProblem is a problem without its sentence, which the report has.
type loggedProblem struct {
	Column string               `json:"column"`
	Code   pipeline.ProblemCode `json:"code"`
}

// row logs a row that needed no request: one that a person must look at, and at level debug any.
func (l *Log) row(e enrol.RowEnded) {
	res := e.Result
	if res.Attempts > 0 {
		return
	}
	level := slog.LevelDebug
	if res.State.NeedsFix() || res.State == pipeline.Uncertain {
		level = slog.LevelWarn
	}
	if !l.logger.Enabled(context.Background(), level) {
		return
	}
	attrs := []slog.Attr{slog.String("run", e.Run), slog.Int("row", res.Row), slog.String("state", string(res.State)),
		slog.Bool("new", res.New)}
	if len(res.Problems) > 0 {
		problems := make([]loggedProblem, len(res.Problems))
		for i, p := range res.Problems {
			problems[i] = loggedProblem{p.Name(), p.Code}
		}
		attrs = append(attrs, slog.Any("problems", problems))
	}
	l.write(level, "row", attrs...)
}

func (l *Log) finished(e enrol.Ending) {
	code := l.exitCode(e)
	level := slog.LevelInfo
	if code != 0 {
		level = slog.LevelWarn
	}
	r := &e.Run
	l.write(level, "run finished", slog.String("run", r.ID), countsGroup(e.Tally.Counts),
		slog.Int("unsettled", e.Unsettled), slog.String("halt", l.english(r.Halt)), slog.Int("exit_code", code),
		milliseconds(r.Finished.Sub(r.Started)), slog.Any("reports", e.Reports))
}

func countsGroup(c pipeline.Counts) slog.Attr {
	var attrs []any
	for _, s := range pipeline.States() {
		attrs = append(attrs, slog.Int(string(s), c[s]))
	}
	return slog.Group("counts", attrs...)
}
