package observe

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// lastSuccess is the metric that a failed command leaves unchanged.
const lastSuccess = "muster_last_success_timestamp_seconds"

// Results of a book, as labels of a metric.
const (
	bookImported  = "imported"
	bookRefused   = "refused"
	bookPostponed = "postponed"
)

// Meter counts what one command did, over all of its books, and writes it as Prometheus text for the node exporter's
// textfile collector. All figures are of that command alone, and so gauges, except [lastSuccess], which a failed
// command leaves unchanged. Its methods may be called from several goroutines at once.
type Meter struct {
	path     string
	registry *prometheus.Registry

	rows, fresh, requests *prometheus.GaugeVec
	pace, unsettled       *prometheus.GaugeVec // without labels: missing until they are known
	open                  *prometheus.GaugeVec // missing until they are known
	durations             *prometheus.HistogramVec
	pauses                prometheus.Gauge
	books                 *prometheus.GaugeVec
	leftAlone             prometheus.Gauge
	began, took, exitCode prometheus.Gauge
	success               prometheus.Gauge

	mu      sync.Mutex
	started time.Time
	calls   int
	sending time.Duration
}

// NewMeter makes the metrics of one namespace, for the file path; nil when that is "". A file that cannot be written
// is reported here, as a [pipeline.Mistake].
func NewMeter(path string, n pipeline.Namespace, now time.Time) (*Meter, error) {
	if path == "" {
		return nil, nil
	}
	if filepath.Ext(path) != ".prom" {
		return nil, pipeline.Wrong("run.metrics_name", "path", path).Try("run.metrics_such_as")
	}
	probe, err := os.CreateTemp(filepath.Dir(path), ".muster-*")
	if err != nil {
		return nil, pipeline.Wrong("run.metrics_unwritten", "path", path, "cause", pipeline.WithoutPath(err)).
			Try("run.file_in_folder")
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return nil, fmt.Errorf("--metrics %s: %w", path, pipeline.WithoutPath(err))
	}
	labels := prometheus.Labels{"provider": n.Provider, "env": n.Env, "account": n.Account}
	m := &Meter{path: path, registry: prometheus.NewRegistry(), started: now}
	register := prometheus.WrapRegistererWith(labels, m.registry)
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		register.MustRegister(g)
		return g
	}
	gauges := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
		register.MustRegister(g)
		return g
	}
	m.rows = gauges("muster_rows", "Rows of the books of the last command, by the state in which it left them.",
		"state")
	m.fresh = gauges("muster_new_problem_rows",
		"Rows that a person has to fix and that no earlier run left unchanged in that state, by state.", "state")
	m.requests = gauges("muster_requests",
		"Calls of the last command, by kind, by what the answer was taken for, and by HTTP status (0: none).",
		"call", "answer", "http_status")
	m.durations = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "muster_request_duration_seconds",
		Help:    "How long the calls of the last command took, by kind.",
		Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60}}, []string{"call"})
	register.MustRegister(m.durations)
	m.pauses = gauge("muster_pause_seconds", "How long the provider asked the last command to wait, in all.")
	m.pace = gauges("muster_pace_creates_per_second", "Creates a second that the last command reached while it sent.")
	m.unsettled = gauges("muster_unsettled_requests",
		"Requests of any run whose result is unknown.")
	m.books = gauges("muster_books", "Books of the last command: imported, refused, or postponed to the next one.", "result")
	m.leftAlone = gauge("muster_left_alone_files",
		"Files of the folder that are no books which muster reads, such as archives and PDF.")
	m.open = gauges("muster_open_rows",
		"Rows of any run whose last outcome needs a person, by state, as muster open lists them.", "state")
	m.began = gauge("muster_start_timestamp_seconds", "When the last command began.")
	m.took = gauge("muster_duration_seconds", "How long the last command took.")
	m.exitCode = gauge("muster_exit_code", "The exit code of the last command.")
	m.success = gauge(lastSuccess, "When a command last went through the books that can be read: exit code 0, 3 or 4 for them.")
	for _, s := range pipeline.States() {
		m.rows.WithLabelValues(string(s))
		if s.NeedsFix() {
			m.fresh.WithLabelValues(string(s))
		}
	}
	for _, result := range []string{bookImported, bookRefused, bookPostponed} {
		m.books.WithLabelValues(result)
	}
	m.began.Set(float64(now.UnixMilli()) / 1000)
	m.success.Set(earlierSuccess(path, labels))
	return m, nil
}

// earlierSuccess is the time in the existing file; 0 when it has none.
func earlierSuccess(path string, labels prometheus.Labels) float64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(f)
	if err != nil || families[lastSuccess] == nil {
		return 0 // another program's file, or a truncated one: as if there were none
	}
	for _, metric := range families[lastSuccess].GetMetric() {
		same := len(metric.GetLabel()) == len(labels)
		for _, l := range metric.GetLabel() {
			same = same && labels[l.GetName()] == l.GetValue()
		}
		if same {
			return metric.GetGauge().GetValue()
		}
	}
	return 0
}

// See counts what a run does.
func (m *Meter) See(e enrol.Event) {
	switch e := e.(type) {
	case enrol.CreateEnded:
		m.call("create", string(e.Attempt.Verdict), e.Attempt.HTTPStatus, e.Attempt.Ended.Sub(e.Attempt.Sent))
	case enrol.LookedUp:
		m.call("look-up", e.Answer, 0, e.Took)
	case enrol.Paused:
		if e.Wait > 0 {
			m.pauses.Add(e.Wait.Seconds())
		}
	case enrol.LeftAlone:
		m.leftAlone.Inc()
	case enrol.Refused:
		m.books.WithLabelValues(bookRefused).Inc()
	case enrol.Postponed:
		m.books.WithLabelValues(bookPostponed).Inc()
	case enrol.Finished:
		m.finished(e.Ending)
	case enrol.SettledOnly:
		m.sent(e.Ending.Pace, e.Ending.Unsettled)
	case enrol.Counted:
		m.sent(importer.Pace{}, e.Unsettled)
	case enrol.OpenCounted:
		for _, s := range pipeline.States() {
			// A pending row is open once a person said that the provider does not have the customer.
			if s.NeedsFix() || s == pipeline.Uncertain || s == pipeline.Existing || s == pipeline.Pending {
				m.open.WithLabelValues(string(s)).Set(float64(e.Counts[s]))
			}
		}
	}
}

func (m *Meter) call(kind, answer string, status int, took time.Duration) {
	m.requests.WithLabelValues(kind, answer, strconv.Itoa(status)).Inc()
	m.durations.WithLabelValues(kind).Observe(took.Seconds())
}

// finished adds the results of one book.
func (m *Meter) finished(e enrol.Ending) {
	m.books.WithLabelValues(bookImported).Inc()
	for state, n := range e.Tally.Counts {
		m.rows.WithLabelValues(string(state)).Add(float64(n))
	}
	for state, n := range e.Tally.Fresh {
		m.fresh.WithLabelValues(string(state)).Add(float64(n))
	}
	m.sent(e.Pace, e.Unsettled)
}

// sent adds what was sent, and how fast, and sets the number of open requests.
func (m *Meter) sent(p importer.Pace, unsettled int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unsettled.WithLabelValues().Set(float64(unsettled))
	m.calls += p.Calls
	m.sending += p.Took
	if m.sending > 0 {
		m.pace.WithLabelValues().Set(float64(m.calls) / m.sending.Seconds())
	}
}

// Write ends the command, with its exit code, and puts the file in place. success says that the command went through
// its books. Everyone may read the file, because the collector runs as another user, and it says nothing about any
// merchant.
func (m *Meter) Write(exitCode int, success bool, now time.Time) error {
	m.took.Set(now.Sub(m.started).Seconds())
	m.exitCode.Set(float64(exitCode))
	if success {
		m.success.Set(float64(now.UnixMilli()) / 1000)
	}
	if err := prometheus.WriteToTextfile(m.path, m.registry); err != nil {
		return fmt.Errorf("--metrics %s: %w", m.path, pipeline.WithoutPath(err))
	}
	return nil
}
