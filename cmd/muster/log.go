package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// logFlags say what is logged, and where.
type logFlags struct {
	path   string
	format string
	level  string
}

func (f *logFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.path, "log", "", "append a line for every event to this file; - is stderr")
	fl.StringVar(&f.format, "log-format", "json", "json or text")
	fl.StringVar(&f.level, "log-level", "info", "debug, info, warn or error")
}

// eventLog is the log of an import: one line an event, with run, row, the
// keyed hash of the row's key, and the provider's request ID. It holds no cell
// of a book and no name, at any level. A nil log keeps nothing; its methods may
// be called by several at once.
type eventLog struct {
	logger *slog.Logger
	file   io.Closer // nil for stderr
}

// open begins the log; nil when none is asked for. It is appended to, and its
// owner's alone when it is new. failed is told once when it can no longer be
// written: that is no reason to stop an import.
func (f logFlags) open(stderr io.Writer, failed func(error)) (*eventLog, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.level)); err != nil || strings.ContainsAny(f.level, "+-") {
		return nil, pipeline.Mistakef("--log-level %q: write debug, info, warn or error", f.level)
	}
	if f.format != "json" && f.format != "text" {
		return nil, pipeline.Mistakef("--log-format %q: write json or text", f.format)
	}
	if f.path == "" {
		return nil, nil
	}
	l := &eventLog{}
	w := stderr
	if f.path != "-" {
		file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			var fault *fs.PathError
			if errors.As(err, &fault) {
				err = fault.Err
			}
			return nil, pipeline.Mistakef("--log %s: cannot be written: %w", f.path, err).Try("name a file in a folder that is there")
		}
		l.file, w = file, file
	}
	w = &forgivingWriter{w: w, failed: failed}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: inUTC}
	var handler slog.Handler = slog.NewJSONHandler(w, options)
	if f.format == "text" {
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

func (l *eventLog) close() error {
	if l == nil || l.file == nil {
		return nil
	}
	return l.file.Close()
}

// forgivingWriter drops what cannot be written, and tells so once.
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

func milliseconds(d time.Duration) slog.Attr {
	return slog.Float64("milliseconds", float64(d.Microseconds())/1000)
}

func (l *eventLog) write(level slog.Level, event string, attrs ...slog.Attr) {
	if l != nil {
		l.logger.LogAttrs(context.Background(), level, event, attrs...)
	}
}

func (l *eventLog) attempt(run string, row int, hash string, a pipeline.Attempt) {
	if l == nil {
		return
	}
	level := slog.LevelInfo
	if a.Verdict != pipeline.VerdictCreated {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("run", run), slog.Int("row", row), slog.String("key_hash", hash), slog.String("verdict", string(a.Verdict)),
		slog.Int("http_status", a.HTTPStatus), slog.String("code", a.Code), slog.String("request_id", a.RequestID), milliseconds(a.Ended.Sub(a.Sent))}
	if l.logger.Enabled(context.Background(), slog.LevelDebug) {
		attrs = append(attrs, slog.String("message", a.Message)) // personal data were replaced where it was read
	}
	l.write(level, "request", attrs...)
}

func (l *eventLog) outcome(run, hash string, o pipeline.Outcome) {
	if l == nil {
		return
	}
	level := slog.LevelInfo
	if o.State.NeedsFix() || o.State == pipeline.Uncertain {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("run", run), slog.Int("row", o.Row), slog.String("key_hash", hash), slog.String("state", string(o.State)),
		slog.String("customer_id", o.CustomerID), slog.Int("http_status", o.HTTPStatus), slog.String("code", o.Code), slog.String("request_id", o.RequestID),
		slog.Int("attempts", o.Attempts)}
	if o.Row == 0 { // of an earlier run, and not of this book
		attrs = append(attrs, slog.Int64("customer", o.Ref))
	}
	l.write(level, "outcome", attrs...)
}

// loggedProblem is a problem without its words, which say nothing that the
// report does not.
type loggedProblem struct {
	Column string               `json:"column"`
	Code   pipeline.ProblemCode `json:"code"`
}

// row tells of a row that needed no request: those that a person must look at,
// and at the level of debug all.
func (l *eventLog) row(run string, res importer.Result) {
	if l == nil || res.Attempts > 0 {
		return
	}
	level := slog.LevelDebug
	if res.State.NeedsFix() || res.State == pipeline.Uncertain {
		level = slog.LevelWarn
	}
	if !l.logger.Enabled(context.Background(), level) {
		return
	}
	attrs := []slog.Attr{slog.String("run", run), slog.Int("row", res.Row), slog.String("state", string(res.State)), slog.Bool("new", res.New)}
	if len(res.Problems) > 0 {
		problems := make([]loggedProblem, len(res.Problems))
		for i, p := range res.Problems {
			problems[i] = loggedProblem{columnOf(p), p.Code}
		}
		attrs = append(attrs, slog.Any("problems", problems))
	}
	l.write(level, "row", attrs...)
}

func (l *eventLog) begun(r pipeline.Run) {
	l.write(slog.LevelInfo, "run begun", slog.String("run", r.ID), slog.String("provider", r.Namespace.Provider), slog.String("env", r.Namespace.Env),
		slog.String("account", r.Namespace.Account), slog.String("host", r.BaseURL), slog.String("book", r.Book), slog.String("sheet", r.Sheet),
		slog.String("sha256", r.SHA256), slog.String("mapping", r.Mapping), slog.String("version", r.Version), slog.String("definition", r.Digest))
}

func (l *eventLog) planned(run string, plan *importer.Plan) {
	l.write(slog.LevelInfo, "plan", slog.String("run", run), slog.Int("rows", plan.Counts.Total()), slog.Int("customers", plan.Customers.Total()),
		slog.Int("ready", plan.Ready), countsGroup(plan.Customers))
}

func (l *eventLog) finished(r pipeline.Run, counts pipeline.Counts, unsettled, code int, reports []string) {
	level := slog.LevelInfo
	if code != exitOK {
		level = slog.LevelWarn
	}
	l.write(level, "run finished", slog.String("run", r.ID), countsGroup(counts), slog.Int("unsettled", unsettled), slog.String("halt", r.Halt),
		slog.Int("exit_code", code), milliseconds(r.Finished.Sub(r.Started)), slog.Any("reports", reports))
}

func countsGroup(c pipeline.Counts) slog.Attr {
	var attrs []any
	for _, s := range pipeline.States() {
		attrs = append(attrs, slog.Int(string(s), c[s]))
	}
	return slog.Group("counts", attrs...)
}
