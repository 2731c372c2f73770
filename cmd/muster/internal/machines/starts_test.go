//go:build unix

package machines

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// When a request leaves is the sender's to say: it arrives later, on a busy machine by as much as it likes. So the program
// under test is built to write it down: the moment that its pacer has counted, of each call that then leaves. Each line of
// the file that startsVariable names has the process and that moment, as nanoseconds since 1970.
const startsVariable = "STARTS_OF_A_TEST"

// writesStarts is the file that writes a line; [replaced] has it called.
const writesStarts = `package submit

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"
)

var counted sync.Map // moments, by the context of their calls

func left(ctx context.Context) {
	f, err := os.OpenFile(os.Getenv("` + startsVariable + `"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	at, _ := counted.Load(ctx)
	if _, err := fmt.Fprintf(f, "%d %d\n", os.Getpid(), at.(time.Time).UnixNano()); err != nil {
		panic(err)
	}
	if err := f.Close(); err != nil {
		panic(err)
	}
}
`

// replaced are the files of this checkout in whose place others are built, which are written to dir.
func replaced(dir string) (map[string]string, error) {
	source, err := filepath.Abs("../../../../pipeline/submit")
	if err != nil {
		return nil, err
	}
	files := map[string]string{"starts.go": writesStarts}
	for name, calls := range map[string][2]string{
		"pace.go": {"p.starts.add(now)\n\t\t}", "p.starts.add(now)\n\t\t\tcounted.Store(ctx, now)\n\t\t}"},
		"wire.go": {"withheld = err != nil\n", "withheld = err != nil\n\t\t\tif err == nil {\n\t\t\t\tleft(timed)\n\t\t\t}\n"},
	} {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return nil, err
		}
		if n := bytes.Count(text, []byte(calls[0])); n != 1 {
			return nil, fmt.Errorf("%s has %q %d times", name, calls[0], n)
		}
		files[name] = string(bytes.Replace(text, []byte(calls[0]), []byte(calls[1]), 1))
	}
	replaced := map[string]string{}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, err
		}
		replaced[filepath.Join(source, name)] = path
	}
	return replaced, nil
}

// overlay is the file that says so to go build.
func overlay(dir string, replaced map[string]string) (path string, err error) {
	text, err := json.Marshal(map[string]map[string]string{"Replace": replaced})
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

// start is a call that left.
type start struct {
	process int
	at      time.Time
}

// starts are those of all senders, in the order of their times.
func (w *world) starts(t *testing.T) (all []start) {
	t.Helper()
	text, err := os.ReadFile(w.left)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var s start
		var at int64
		if _, err := fmt.Sscan(string(line), &s.process, &at); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		s.at = time.Unix(0, at)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b start) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return all
}

// paced holds the calls against the limit: no sender starts more in a second, wherever it lies; the next sender starts no
// sooner after the last one than that one would have; and no call arrives that was not counted. apart: each has a limit
// of its own.
func (w *world) paced(t *testing.T, apart bool) {
	t.Helper()
	all, calls := w.starts(t), w.all()
	if len(calls) > len(all) {
		t.Errorf("%d calls, of which %d were paced", len(calls), len(all))
		return
	}
	for i, c := range calls {
		if c.at.UnixNano() < all[i].at.UnixNano() {
			t.Errorf("call %d arrived %v before it was paced", i+1, all[i].at.Sub(c.at))
		}
	}
	if w.limits.rate == 0 {
		return
	}
	own := map[int][]time.Time{}
	for i, s := range all {
		own[s.process] = append(own[s.process], s.at)
		if i == 0 || apart || all[i-1].process == s.process {
			continue
		}
		if after := s.at.Sub(all[i-1].at); after < time.Second/time.Duration(w.limits.rate) {
			t.Errorf("a sender starts %v after the last call of the one before, at %d a second", after, w.limits.rate)
		}
	}
	for process, times := range own {
		for i := w.limits.rate; i < len(times); i++ {
			if span := times[i].Sub(times[i-w.limits.rate]); span < time.Second {
				t.Errorf("process %d starts %d calls in %v, at %d a second", process, w.limits.rate+1, span, w.limits.rate)
			}
		}
	}
}
