-- What persons said of customers (muster settle): who, when, and in whose
-- report's row. run 0: it was said of a key.
CREATE TABLE word (
    customer    INTEGER NOT NULL,
    number      INTEGER NOT NULL, -- from 1
    at          INTEGER NOT NULL,
    person      TEXT NOT NULL,
    says        TEXT NOT NULL CHECK (says IN ('id', 'absent', 'accept')),
    customer_id TEXT NOT NULL, -- with 'id'
    run         INTEGER NOT NULL,
    row         INTEGER NOT NULL,
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;

-- The outcomes that a person's word may have to rewrite. Few rows are in these
-- states, so that an import hardly notices it.
CREATE INDEX outcome_open ON outcome (customer) WHERE state IN ('uncertain', 'existing');
