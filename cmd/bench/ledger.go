package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5"
)

// ledger is a ledger of one program: a file in its folder, or a schema on the server.
type ledger struct {
	name   string // for --ledger: a path or an address
	key    string // path of its key file
	schema string // "": it is a file
}

// newLedger names a ledger that does not exist yet.
func (r *rig) newLedger(p *program, name string) (ledger, error) {
	path := filepath.Join(p.dir, name+".db")
	l := ledger{name: path, key: path + ".key"}
	if r.server == "" {
		return l, nil
	}
	at, err := url.Parse(r.server)
	if err != nil {
		return l, err
	}
	l.schema = "bench_" + p.name + "_" + name
	with := at.Query()
	with.Set("schema", l.schema)
	at.RawQuery = with.Encode()
	l.name = at.String()
	return l, nil
}

// environment returns the environment of a program with this ledger.
func (l ledger) environment(env []string) []string {
	return append(slices.Clip(env), "MUSTER_LEDGER_KEY_FILE="+l.key)
}

// removeLedger removes a ledger, if it exists.
func (r *rig) removeLedger(ctx context.Context, l ledger) error {
	gone := []string{l.key}
	var err error
	if l.schema == "" {
		gone = append(gone, l.name, l.name+"-wal", l.name+"-shm", l.name+".lock")
	} else {
		err = r.dropSchema(ctx, l.schema)
	}
	for _, path := range gone {
		if removed := os.Remove(path); !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	return err
}

func (r *rig) dropSchema(ctx context.Context, schema string) error {
	ctx = context.WithoutCancel(ctx) // even if the job was interrupted
	conn, err := pgx.Connect(ctx, r.server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{schema}.Sanitize()+" CASCADE")
	return err
}
