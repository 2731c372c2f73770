package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"muster/pipeline"
)

// TestServerFaults: whatever a server answers has a sentence and a hint of muster's own. What passes by itself is a
// ServerError, what somebody has to change a mistake; neither shows the driver's text.
func TestServerFaults(t *testing.T) {
	const lasts, passes = true, false
	for _, c := range []struct {
		code       string
		lasts      bool
		what, hint string
	}{
		{"53100", passes, "server.disk_full", "server.make_room"},
		{"53200", passes, "server.short", "server.ask_operator"},
		{"53300", passes, "server.too_many", "server.more_connections"},
		{"53400", passes, "server.short", "server.ask_operator"},
		{"57014", passes, "server.query_ended", "server.ask_operator"},
		{"57P01", passes, "server.ended_us", "server.wait_for_it"},
		{"57P02", passes, "server.crashed", "server.wait_for_it"},
		{"57P03", passes, "server.not_now", "server.wait_for_it"},
		{"57P04", lasts, "server.database_gone", "server.restore_database"},
		{"57P05", passes, "server.we_were_silent", "run.again"},
		{"25P03", passes, "server.we_were_silent", "run.again"},
		{"25P02", passes, "server.fault", "server.ask_operator"},
		{"25006", lasts, "server.recovering", "server.name_primary"},
		{"28000", lasts, "server.denied", "server.ask_operator"},
		{"28P01", lasts, "server.denied", "server.ask_operator"},
		{"42501", lasts, "server.denied", "server.ask_operator"},
		{"3D000", lasts, "server.database_gone", "server.restore_database"},
		{"3F000", lasts, "server.tables_gone", "server.restore_database"},
		{"42P01", lasts, "server.tables_gone", "server.restore_database"},
		{"40001", passes, "server.in_the_way", "server.wait_for_it"},
		{"40P01", passes, "server.in_the_way", "server.wait_for_it"},
		{"55P03", passes, "server.in_the_way", "server.wait_for_it"},
		{"08006", passes, "server.line_broke", "server.wait_for_it"},
		{"08P01", passes, "server.line_broke", "server.wait_for_it"},
		{"58030", passes, "server.broken", "server.read_its_log"},
		{"XX001", passes, "server.broken", "server.read_its_log"},
		{"22P05", passes, "server.fault", "server.ask_operator"},
	} {
		raw := fmt.Errorf("the driver's: %w", &pgconn.PgError{Severity: "FATAL", Code: c.code, Message: "why not"})
		s := &session{to: &serverAddress{shown: "postgres://db/m"}}
		for _, err := range []error{explain("postgres://db/m", raw), s.explain(raw)} {
			var server *ServerError
			var mistake *pipeline.Mistake
			switch {
			case c.lasts && errors.As(err, &mistake) && errors.Is(err, ErrUnusable):
				check(t, c.code, mistake.What, mistake.Hint, c.what, c.hint)
			case !c.lasts && errors.As(err, &server) && !errors.Is(err, ErrUnusable):
				check(t, c.code, server.What, server.Hint, c.what, c.hint)
			default:
				t.Errorf("%s: %v", c.code, err)
			}
			if errors.Is(err, ErrFull) != (c.code == "53100") || sqlState(err) != c.code {
				t.Errorf("%s: is the disk full? %v", c.code, err)
			}
		}
		away := &AwayError{Path: "postgres://db/m", After: time.Minute, Err: raw}
		if text := away.Sentence().String(); strings.Contains(text, "FATAL") || !strings.Contains(text, c.what) {
			t.Errorf("%s: %s", c.code, text)
		}
	}
}

func check(t *testing.T, about string, what, hint *pipeline.Message, wantWhat, wantHint string) {
	t.Helper()
	if what == nil || hint == nil || string(what.Code) != wantWhat || string(hint.Code) != wantHint {
		t.Errorf("%s: %v, %v; want %s, %s", about, what, hint, wantWhat, wantHint)
	}
}

// TestLineBroke: a connection that breaks while the server is asked is said in words, of a server alone.
func TestLineBroke(t *testing.T) {
	for _, err := range []error{io.ErrUnexpectedEOF, io.EOF, syscall.ECONNRESET, pgconn.ErrConnClosed,
		&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}} {
		var server *ServerError
		if !errors.As(explain("postgres://db/m", fmt.Errorf("read: %w", err)), &server) {
			t.Errorf("%v is not explained", err)
			continue
		}
		check(t, err.Error(), server.What, server.Hint, "server.line_broke", "server.wait_for_it")
		if errors.As(explain("muster.db", err), &server) {
			t.Errorf("%v: a file has no line", err)
		}
	}
	if err := explain("postgres://db/m", context.Canceled); err != context.Canceled {
		t.Error(err)
	}
}

// TestUnknownRole: a role that is not there, or may not log in, is no matter of pg_hba.conf.
func TestUnknownRole(t *testing.T) {
	a := ask(parseAddress("postgres://nobody@127.0.0.1/m?sslmode=disable", false))(t)
	for routine, want := range map[string][2]string{
		"InitializeSessionUserId": {"server.no_role", "server.create_role"},
		"ClientAuthentication":    {"server.not_let_in", "server.check_role"},
	} {
		var m *pipeline.Mistake
		if !errors.As(a.cannotConnect(&pgconn.PgError{Code: "28000", Routine: routine}), &m) {
			t.Fatal(routine)
		}
		check(t, routine, m.What, m.Hint, want[0], want[1])
	}
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		name := ask(parseAddress(server, false))(t)
		name.config.User = "nobody_of_that_name"
		_, err := name.dial(t.Context())
		if got := codeOf(t, err); got != "server.no_role" {
			t.Errorf("%s: %v", got, err)
		}
	}
}

// TestOpenedWhileItEnds: a connection that the server ends while a ledger is being opened.
func TestOpenedWhileItEnds(t *testing.T) {
	for code, want := range map[string]string{"57P01": "server.ended_us", "57P02": "server.crashed"} {
		_, err := Open(t.Context(), "postgres://m@"+refusing(t, code)+"/m?sslmode=disable", Options{})
		var server *ServerError
		if !errors.As(err, &server) || string(server.What.Code) != want || server.Hint == nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestApplicationName: how the server's operator sees a session.
func TestApplicationName(t *testing.T) {
	for holder, want := range map[string]string{
		"muster import b.csv (PID 1, host)": "muster import b.csv (PID 1, host)",
		"another program":                   "muster another program",
		"":                                  "muster",
		"muster import Pérez.csv":           "muster import P?rez.csv",
		"muster " + strings.Repeat("x", 80): "muster " + strings.Repeat("x", 56),
	} {
		if got := applicationName(holder); got != want {
			t.Errorf("%q: %q, want %q", holder, got, want)
		}
	}
}

// TestKeyThatCannotBePlaced: it is the key file that cannot be written, and not the ledger.
func TestKeyThatCannotBePlaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "muster.key")
	for _, err := range []error{keepKey(path, newSecret()), func() error { _, err := readKey(t.TempDir()); return err }()} {
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.Place.Kind != "key file" || m.Hint == nil {
			t.Errorf("%v", err)
		}
	}
}
