-- The tables of a new ledger, as the migrations leave them: a migration changes this file too (TestSchema). Creating them
-- at once takes a fifth of the time. Why a table or a column is there is in the migration that added it.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE namespace (
    number INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    env TEXT NOT NULL,
    account TEXT NOT NULL,
    customers INTEGER NOT NULL DEFAULT 0, -- created and existing
    keys TEXT NOT NULL DEFAULT '',
    oldest_form INTEGER NOT NULL DEFAULT 0,
    UNIQUE (provider, env, account)
) STRICT;

CREATE TABLE definition (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    creates TEXT NOT NULL, -- method and path
    fields TEXT NOT NULL,
    UNIQUE (name, digest)
) STRICT;

CREATE TABLE run (
    number INTEGER PRIMARY KEY, -- in the order of their starts
    id TEXT NOT NULL UNIQUE,
    namespace INTEGER NOT NULL REFERENCES namespace (number),
    base_url TEXT NOT NULL,
    book TEXT NOT NULL,
    sheet TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mapping TEXT NOT NULL,
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    credentials BLOB NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER,
    halt TEXT NOT NULL DEFAULT '',
    counts TEXT, -- JSON, state to rows; null until the run is finished
    header_row INTEGER NOT NULL DEFAULT 0,
    encoding TEXT NOT NULL DEFAULT '',
    mapping_sha256 TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT '',
    machine TEXT NOT NULL DEFAULT '',
    forgotten INTEGER,
    halt_says TEXT NOT NULL DEFAULT '',
    quotes TEXT NOT NULL DEFAULT '',
    all_rows INTEGER NOT NULL DEFAULT 0,
    read_as TEXT NOT NULL DEFAULT '',
    fix_of TEXT NOT NULL DEFAULT '',
    path TEXT NOT NULL DEFAULT '',
    of_path TEXT NOT NULL DEFAULT '',
    of_sheet TEXT NOT NULL DEFAULT '',
    of_sha256 TEXT NOT NULL DEFAULT '',
    moved_to TEXT NOT NULL DEFAULT '',
    ended_counts TEXT,
    definition INTEGER REFERENCES definition (number)
) STRICT;
CREATE INDEX run_by_namespace ON run (namespace, number);

CREATE TABLE layout (
    number INTEGER PRIMARY KEY,
    paths TEXT NOT NULL UNIQUE -- JSON
) STRICT;

CREATE TABLE customer (
    ref INTEGER PRIMARY KEY,
    namespace INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uncertain', 'created', 'existing', 'rejected', 'pending')),
    run INTEGER NOT NULL, -- whose request it was
    row INTEGER NOT NULL, -- in that run's book
    at INTEGER NOT NULL,
    body BLOB NOT NULL, -- tag of the whole body
    layout INTEGER NOT NULL,
    fields BLOB NOT NULL, -- tags in the layout's order
    keys BLOB NOT NULL, -- tags, 16 bytes each
    idempotency_key TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    customer_id TEXT NOT NULL DEFAULT '',
    provider_status TEXT NOT NULL DEFAULT '',
    provider_created_at TEXT NOT NULL DEFAULT '',
    related TEXT NOT NULL DEFAULT '', -- JSON
    http_status INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    request_id TEXT NOT NULL DEFAULT '',
    says TEXT NOT NULL DEFAULT '',
    form INTEGER NOT NULL DEFAULT 0,
    data BLOB NOT NULL DEFAULT x'',
    ended INTEGER
) STRICT;
CREATE INDEX customer_by_id ON customer (namespace, customer_id) WHERE customer_id <> '';
CREATE INDEX customer_without_id ON customer (run, row) WHERE state = 'existing' AND customer_id = '';
CREATE INDEX customer_answered ON customer (run, row) WHERE ended IS NOT NULL;

CREATE TABLE key (
    tag BLOB NOT NULL,
    released INTEGER NOT NULL DEFAULT 0,
    customer INTEGER NOT NULL,
    PRIMARY KEY (tag, released)
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed (
    customer INTEGER PRIMARY KEY,
    namespace INTEGER NOT NULL,
    run INTEGER NOT NULL, -- whose request it was
    row INTEGER NOT NULL,
    request BLOB NOT NULL,
    taken INTEGER REFERENCES run (number),
    UNIQUE (run, row)
) STRICT;

CREATE TABLE attempt (
    customer INTEGER NOT NULL,
    number INTEGER NOT NULL, -- from 1
    run INTEGER NOT NULL, -- in which it was recorded
    sent INTEGER,
    ended INTEGER,
    verdict TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    request_id TEXT NOT NULL,
    says TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_denied ON attempt (customer) WHERE verdict = 'denied';

CREATE TABLE outcome (
    run INTEGER NOT NULL,
    row INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'known', 'existing', 'invalid', 'duplicate', 'changed',
        'rejected', 'uncertain', 'pending')),
    customer INTEGER NOT NULL, -- 0: none
    http_status INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    request_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at INTEGER NOT NULL,
    problems TEXT NOT NULL, -- JSON: fields, columns, codes, messages; never values
    data BLOB NOT NULL DEFAULT x'',
    fresh INTEGER NOT NULL DEFAULT 0,
    says TEXT NOT NULL DEFAULT '',
    keys BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_open ON outcome (customer) WHERE state IN ('uncertain', 'existing');
CREATE INDEX outcome_data ON outcome (data) WHERE data <> x'';
CREATE INDEX outcome_needs ON outcome (run)
    WHERE state IN ('invalid', 'duplicate', 'changed', 'rejected', 'uncertain');

CREATE TABLE word (
    customer INTEGER NOT NULL,
    number INTEGER NOT NULL, -- from 1
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    says TEXT NOT NULL CHECK (says IN ('id', 'absent', 'accept')),
    customer_id TEXT NOT NULL, -- with 'id'
    run INTEGER NOT NULL,
    row INTEGER NOT NULL,
    checked TEXT NOT NULL DEFAULT '',
    was TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    run INTEGER NOT NULL,
    row INTEGER NOT NULL,
    head INTEGER NOT NULL, -- less than row
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
    sha256 TEXT PRIMARY KEY, -- of the file, hex
    run TEXT NOT NULL, -- its ID
    path TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX report_of_run ON report (run);
CREATE INDEX report_at_path ON report (path) WHERE path <> '';

CREATE TABLE left_alone (
    path TEXT NOT NULL, -- absolute
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    said INTEGER NOT NULL,
    PRIMARY KEY (path)
) STRICT, WITHOUT ROWID;

CREATE TABLE form (
    number INTEGER PRIMARY KEY, -- from 1
    version INTEGER NOT NULL,
    steps TEXT NOT NULL,
    UNIQUE (version, steps)
) STRICT;

CREATE TABLE fixed (
    run INTEGER NOT NULL, -- that imported the fixed row
    row INTEGER NOT NULL, -- its number, which is that of the broken row too
    cells BLOB NOT NULL, -- tag of the broken row's cells
    broken_run INTEGER NOT NULL, -- whose sheet Fix it is; 0: a check's, or another ledger's
    data BLOB NOT NULL, -- as in that run's outcome; empty where that has none
    customer INTEGER NOT NULL DEFAULT 0, -- that the fixed row led to; 0: none, or not yet
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX fixed_broken ON fixed (broken_run, row) WHERE broken_run <> 0;
CREATE INDEX fixed_data ON fixed (data) WHERE data <> x'';

CREATE TABLE dismissed (
    run INTEGER NOT NULL,
    row INTEGER NOT NULL,
    state TEXT NOT NULL,
    data BLOB NOT NULL, -- of the outcome
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (run, row, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE known (
    run INTEGER NOT NULL,
    first INTEGER NOT NULL, -- row
    last INTEGER NOT NULL, -- row
    at INTEGER NOT NULL,
    refs TEXT NOT NULL, -- JSON: the customer of each row
    PRIMARY KEY (run, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id INTEGER NOT NULL UNIQUE, -- the key of the advisory lock that it holds as long as it lives
    holder TEXT NOT NULL,
    since INTEGER NOT NULL,
    written INTEGER NOT NULL -- the number of its last transaction
) STRICT;

CREATE TABLE sender (
    namespace INTEGER NOT NULL UNIQUE REFERENCES namespace (number),
    session INTEGER NOT NULL,
    holder TEXT NOT NULL,
    since INTEGER NOT NULL,
    ended INTEGER, -- null: it has not said goodbye
    unannounced INTEGER NOT NULL, -- when the right was last taken from one who had not, by the server's clock
    system TEXT NOT NULL,
    timeline TEXT NOT NULL,
    tables TEXT NOT NULL DEFAULT ''
) STRICT;
