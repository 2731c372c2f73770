-- Times are integer milliseconds since 1970, UTC. A tag is the first 16 bytes
-- of an HMAC-SHA-256 under the key file; no table holds a value of a row.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE namespace (
    number    INTEGER PRIMARY KEY,
    provider  TEXT NOT NULL,
    env       TEXT NOT NULL,
    account   TEXT NOT NULL,
    customers INTEGER NOT NULL DEFAULT 0, -- created and existing
    UNIQUE (provider, env, account)
) STRICT;

CREATE TABLE run (
    number      INTEGER PRIMARY KEY, -- in the order of their starts
    id          TEXT NOT NULL UNIQUE,
    namespace   INTEGER NOT NULL REFERENCES namespace (number),
    base_url    TEXT NOT NULL,
    book        TEXT NOT NULL,
    sheet       TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    mapping     TEXT NOT NULL,
    version     TEXT NOT NULL,
    digest      TEXT NOT NULL,
    credentials BLOB NOT NULL,
    started     INTEGER NOT NULL,
    finished    INTEGER,
    halt        TEXT NOT NULL DEFAULT '',
    counts      TEXT -- JSON, state to rows; null until the run is finished
) STRICT;

CREATE INDEX run_by_namespace ON run (namespace, number);

-- The field paths of a body, so that a customer's field tags are one blob:
-- the n-th 16 bytes belong to the n-th path.
CREATE TABLE layout (
    number INTEGER PRIMARY KEY,
    paths  TEXT NOT NULL UNIQUE -- JSON
) STRICT;

CREATE TABLE customer (
    ref                 INTEGER PRIMARY KEY,
    namespace           INTEGER NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('uncertain', 'created', 'existing', 'rejected', 'pending')),
    run                 INTEGER NOT NULL, -- whose request it was
    row                 INTEGER NOT NULL, -- in that run's book
    at                  INTEGER NOT NULL,
    body                BLOB NOT NULL,    -- tag of the whole body
    layout              INTEGER NOT NULL,
    fields              BLOB NOT NULL,    -- tags in the layout's order
    keys                BLOB NOT NULL,    -- tags, 16 bytes each
    idempotency_key     TEXT NOT NULL,
    attempts            INTEGER NOT NULL DEFAULT 0,
    customer_id         TEXT NOT NULL DEFAULT '',
    provider_status     TEXT NOT NULL DEFAULT '',
    provider_created_at TEXT NOT NULL DEFAULT '',
    related             TEXT NOT NULL DEFAULT '', -- JSON
    http_status         INTEGER NOT NULL DEFAULT 0,
    code                TEXT NOT NULL DEFAULT '',
    message             TEXT NOT NULL DEFAULT '',
    request_id          TEXT NOT NULL DEFAULT ''
) STRICT;

-- released is 0 while the key is live and the customer's ref afterwards: the
-- database itself refuses two live customers with one key, and history stays
-- findable.
CREATE TABLE key (
    tag      BLOB NOT NULL,
    released INTEGER NOT NULL DEFAULT 0,
    customer INTEGER NOT NULL,
    PRIMARY KEY (tag, released)
) STRICT, WITHOUT ROWID;

-- The requests that are not settled yet, sealed; exactly the customers that
-- are uncertain. Apart from customer, so that the room is used again. Until it
-- is settled, this is also the uncertain outcome of its row.
CREATE TABLE sealed (
    customer  INTEGER PRIMARY KEY,
    namespace INTEGER NOT NULL,
    run       INTEGER NOT NULL, -- whose request it was
    row       INTEGER NOT NULL,
    request   BLOB NOT NULL,
    UNIQUE (run, row)
) STRICT;

CREATE TABLE attempt (
    customer    INTEGER NOT NULL,
    number      INTEGER NOT NULL, -- from 1
    run         INTEGER NOT NULL, -- in which it was recorded
    sent        INTEGER,
    ended       INTEGER,
    verdict     TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (
    run         INTEGER NOT NULL,
    row         INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('created', 'known', 'existing', 'invalid', 'duplicate', 'changed', 'rejected', 'uncertain', 'pending')),
    customer    INTEGER NOT NULL, -- 0: none
    http_status INTEGER NOT NULL,
    code        TEXT NOT NULL,
    message     TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    problems    TEXT NOT NULL, -- JSON: fields, columns, codes, messages; never values
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
