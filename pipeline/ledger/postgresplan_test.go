package ledger

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// hotStatements are what an import asks of a server again and again, by what it is for.
func hotStatements() map[string]string {
	all := map[string]string{"settle": settleMany, "begin": beginAll, "record": recordAll, "stretch": recordStretch,
		"number": keepNumber, "live keys": liveKeys, "older keys": noneLive, "read sealed": readSealedMany,
		"keep sealed": keepSealedMany, "layouts": layoutsOf, "join": joinAll, "sole IDs": noneHasID}
	for name, text := range map[string]string{"find": findClaims, "refused": findRefused, "IDs": findIDs, "page": readOutcomes,
		"made among": madeAmong, "made between": madeBetween, "known": readKnown, "take": takeMany, "row": hasOutcome,
		"free": anyOutcome, "one outcome": insertOutcome, "one intent": insertSealed, "attempts": readAttempts,
		"first seen": firstSeen, "fixed": fixedInto, "made later": madeLater, "met": readMet, "last": lastOfData,
		"open": countOpen, "request": readRequests + "AND s.customer = ?2"} {
		all[name] = postgresText(text)
	}
	return all
}

// fill puts twenty thousand customers with their keys, attempts and outcomes into a ledger.
const fill = `
	INSERT INTO customer (ref, namespace, state, run, row, at, body, layout, fields, keys, idempotency_key, customer_id,
		ended, form)
	SELECT n, 1, 'created', 1, n, n, sha256(n::text::bytea), 1, '', '', n, 'cus-' || n,
		CASE WHEN n % 2 = 0 THEN n END, 1
	FROM generate_series(1, 20000) n;
	INSERT INTO key (tag, customer)
	SELECT substr(sha256((n || ' ' || k)::bytea), 1, 16), n FROM generate_series(1, 20000) n, generate_series(1, 2) k;
	INSERT INTO attempt (customer, number, run, verdict, http_status, code, message, request_id)
	SELECT n, 1, 1, 'created', 201, '', '', '' FROM generate_series(1, 20000, 2) n;
	INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id, attempts, at, problems, data)
	SELECT 1 + n % 2, n, 'rejected', n, 422, '', '', '', 1, n, '', substr(sha256(n::text::bytea), 1, 16)
	FROM generate_series(1, 20000) n;
	INSERT INTO sealed (customer, namespace, run, row, request)
	SELECT n, 1, 3, n, sha256(n::text::bytea) FROM generate_series(1, 20000) n;
	INSERT INTO member (run, row, head) SELECT 1, n, n - 1 FROM generate_series(2, 20000) n;
	INSERT INTO known (run, first, last, at, refs) SELECT 4, n, n, n, '[1]' FROM generate_series(1, 20000) n;
	INSERT INTO layout (number, paths) SELECT n + 100, n FROM generate_series(1, 20000) n;
	INSERT INTO fixed (run, row, cells, broken_run, data) SELECT 1, n, '', 1, '' FROM generate_series(1, 20000) n;
	ANALYZE`

// TestServerPlans: no statement that is asked again and again reads a whole table, whether its plan was made while the
// ledger was new or when its tables have twenty thousand rows.
func TestServerPlans(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	_, _, at := onServerAt(server).opened(t)
	to, err := parseAddress(at.name, false)
	must(t, err)
	conn := ask(to.dial(t.Context()))(t)
	defer closeConn(conn)
	must(t, did(conn.Exec(t.Context(), readSettings, pgx.Identifier{to.schema}.Sanitize())))
	must(t, did(conn.Exec(t.Context(), "SET plan_cache_mode = force_generic_plan"))) // plans that are kept
	for _, size := range []string{"new", "full"} {
		if size == "full" {
			must(t, conn.PgConn().Exec(t.Context(), fill).Close())
		}
		for name, text := range hotStatements() {
			if scan := wholeTable(planOnServer(t, conn, text)); scan != "" {
				t.Errorf("%s ledger, %s: %s", size, name, scan)
			}
		}
	}
	// The test would see it.
	for _, text := range []string{"SELECT * FROM customer WHERE code = $1", "SELECT count(*) FROM key"} {
		if plan := planOnServer(t, conn, text); wholeTable(plan) == "" {
			t.Errorf("%s\n%s", text, plan)
		}
	}
}

func did(_ pgconn.CommandTag, err error) error { return err }

// planOnServer is the plan for any values.
func planOnServer(t *testing.T, conn *pgx.Conn, text string) string {
	t.Helper()
	ctx := t.Context()
	must(t, conn.DeallocateAll(ctx))
	if results, err := conn.PgConn().Exec(ctx, "PREPARE asked AS "+text).ReadAll(); err != nil {
		t.Fatalf("%s\n%v %v", text, results, err)
	}
	values := ""
	if n := ask(conn.Prepare(ctx, "", text))(t); len(n.ParamOIDs) > 0 {
		values = "(" + strings.TrimSuffix(strings.Repeat("NULL,", len(n.ParamOIDs)), ",") + ")"
	}
	rows := ask(conn.Query(ctx, fmt.Sprintf("EXPLAIN (COSTS OFF) EXECUTE asked%s", values), pgx.QueryExecModeExec))(t)
	return strings.Join(ask(pgx.CollectRows(rows, pgx.RowTo[string]))(t), "\n")
}

var (
	tableRead = regexp.MustCompile(`(Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan)( using \w+)? on (\w+)`)
	indent    = regexp.MustCompile(`^ *(-> *)?`)
)

// wholeTable is the first step of a plan that reads all of a table that grows with the ledger; "" where there is none.
func wholeTable(plan string) string {
	lines := strings.Split(plan, "\n")
	for i, line := range lines {
		read := tableRead.FindStringSubmatch(line)
		if read == nil || !strings.Contains(" customer key attempt outcome sealed member known layout fixed ",
			" "+read[3]+" ") {
			continue
		}
		depth, found := len(indent.FindString(line)), false
		for _, detail := range lines[i+1:] {
			if len(indent.FindString(detail)) < depth || strings.Contains(detail, "->") && !strings.Contains(detail, "Bitmap") {
				break
			}
			found = found || strings.Contains(detail, "Index Cond") || strings.Contains(detail, "Recheck Cond")
		}
		if !found {
			return strings.TrimSpace(line) + "\n" + plan
		}
	}
	return ""
}
