package ledger

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"github.com/jackc/pgx/v5"
)

// How transactions begin. Whoever reads sees one state in all of a transaction; writes
// of one namespace are one muster's at a time.
const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN"
)

// serverAddress is where a ledger is on a server.
type serverAddress struct {
	config *pgx.ConnConfig
	schema string
}

const defaultSchema = "muster"

// parseAddress takes what is muster's own out of an address.
func parseAddress(address string) (at serverAddress, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return at, err
	}
	q := u.Query()
	at.schema = q.Get("schema")
	if at.schema == "" {
		at.schema = defaultSchema
	}
	q.Del("schema")
	u.RawQuery = q.Encode()
	at.config, err = pgx.ParseConfig(u.String())
	return at, err
}

// plainLine is a connection and no more.
type plainLine struct {
	mu    sync.Mutex
	conn  *pgx.Conn
	begin string
}

func dial(ctx context.Context, at serverAddress, begin string) (line, error) {
	conn, err := connectServer(ctx, at)
	if err != nil {
		return nil, err
	}
	return &plainLine{conn: conn, begin: begin}, nil
}

// connectServer makes a connection whose statements find the ledger's tables.
func connectServer(ctx context.Context, at serverAddress) (*pgx.Conn, error) {
	config := at.config.Copy()
	config.RuntimeParams["search_path"] = (pgx.Identifier{at.schema}).Sanitize()
	// Plans are kept from when the tables were small. Each statement has its index.
	config.RuntimeParams["enable_seqscan"] = "off"
	return pgx.ConnectConfig(ctx, config)
}

// transaction looks at ctx before it begins, not in its midst: a connection does not
// outlive what is cancelled in it.
func (l *plainLine) transaction(ctx context.Context, f func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return runPostgres(context.WithoutCancel(ctx), l.conn, l.begin, f)
}

func (l *plainLine) close() error { return l.conn.Close(context.Background()) }

// runPostgres runs f in a transaction on a connection that has none; the transaction
// has ended when it returns, or the connection is lost.
func runPostgres(ctx context.Context, conn *pgx.Conn, begin string, f func(*transaction) error) (err error) {
	if _, err := conn.Exec(ctx, begin); err != nil {
		return err
	}
	defer func() {
		if err != nil && !conn.IsClosed() {
			_, rollback := conn.Exec(ctx, "ROLLBACK")
			err = errors.Join(err, rollback)
		}
	}()
	if err := f(&transaction{&postgresEngine{ctx, conn}}); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}
