-- Rows of a run, each next to the one before, that are known and of which there is
-- nothing more to say: one record instead of an outcome each. No two of a run have a
-- row in common, and none has one with an outcome or a sealed request.
CREATE TABLE known (
    run   INTEGER NOT NULL,
    first INTEGER NOT NULL, -- row
    last  INTEGER NOT NULL, -- row
    at    INTEGER NOT NULL,
    refs  TEXT NOT NULL,    -- JSON: the customer of each row
    PRIMARY KEY (run, first)
) STRICT, WITHOUT ROWID;
