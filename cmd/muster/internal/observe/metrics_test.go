package observe

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// Exit codes of a command that went through its books, and of one that did not.
const (
	look  = 4
	usage = 2
)

// TestMetrics: the file can be parsed, follows the naming rules that promtool checks, and keeps only the time of the
// last success after a failure.
func TestMetrics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.prom")
	place := pipeline.Namespace{Provider: "acme", Env: "https://acme.example/api", Account: `one "two"`}
	first := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	write := func(n pipeline.Namespace, now time.Time, code int) map[string]float64 {
		t.Helper()
		m, err := NewMeter(path, n, now)
		if err != nil {
			t.Fatal(err)
		}
		m.See(enrol.CreateEnded{Attempt: pipeline.Attempt{Verdict: pipeline.VerdictCreated, HTTPStatus: 201,
			Sent: now, Ended: now.Add(40 * time.Millisecond)}})
		m.See(enrol.LookedUp{Answer: "absent", Took: time.Second})
		m.See(enrol.Paused{Wait: 3 * time.Second})
		if code == look {
			m.See(enrol.OpenCounted{Counts: pipeline.Counts{pipeline.Invalid: 2, pipeline.Pending: 1}})
		}
		if code != usage {
			m.See(enrol.Finished{Ending: enrol.Ending{Unsettled: 1, Pace: importer.Pace{Calls: 2, Took: time.Second},
				Tally: enrol.Tally{Counts: pipeline.Counts{pipeline.Created: 2, pipeline.Invalid: 1},
					Fresh: pipeline.Counts{pipeline.Invalid: 1}}}})
		}
		if err := m.Write(code, code == 0 || code == look, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		faults, err := promlint.New(bytes.NewReader(text)).Lint()
		if err != nil || len(faults) > 0 {
			t.Errorf("%v %v", faults, err)
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		for _, m := range families["muster_open_rows"].GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "state" {
					values["open "+l.GetValue()] = m.GetGauge().GetValue()
				}
			}
		}
		for name, f := range families {
			if len(f.GetMetric()) == 1 {
				values[name] = f.GetMetric()[0].GetGauge().GetValue()
			}
		}
		return values
	}
	success := float64(first.Add(time.Minute).Unix())
	got := write(place, first, look)
	if _, there := got["open uncertain"]; !there || got["open invalid"] != 2 || got["open pending"] != 1 || got["open changed"] != 0 {
		t.Errorf("what is open: %v", got)
	}
	if got[lastSuccess] != success || got["muster_exit_code"] != look ||
		got["muster_unsettled_requests"] != 1 || got["muster_pause_seconds"] != 3 {
		t.Errorf("%v", got)
	}
	got = write(place, first.Add(24*time.Hour), usage)
	if _, there := got["open invalid"]; there {
		t.Error("what is open was not looked up, and is given as a figure")
	}
	if got[lastSuccess] != success || got["muster_exit_code"] != usage {
		t.Errorf("after a failure: %v", got)
	}
	if _, there := got["muster_unsettled_requests"]; there {
		t.Error("what was not looked up is given as a figure")
	}
	// Success in another namespace does not count for this one.
	if got := write(pipeline.Namespace{Provider: "acme", Env: "sandbox"}, first, usage); got[lastSuccess] != 0 {
		t.Errorf("another place: %v", got)
	}
	if err := os.WriteFile(path, []byte("half a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := write(place, first, 0); got[lastSuccess] != success {
		t.Errorf("over a file that was cut off: %v", got)
	}
}
