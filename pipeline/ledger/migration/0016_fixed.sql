-- The rows that were imported from a sheet Fix, and what they replace. A later
-- run knows the broken row by the tag of its cells, whatever its number; the
-- tables know it by its run and row, or by its data.
CREATE TABLE fixed (
    run        INTEGER NOT NULL, -- that imported the fixed row
    row        INTEGER NOT NULL, -- its number, which is that of the broken row too
    cells      BLOB NOT NULL,    -- tag of the broken row's cells
    broken_run INTEGER NOT NULL, -- whose sheet Fix it is; 0: a check's, or another ledger's
    data       BLOB NOT NULL,    -- as in that run's outcome; empty where that has none
    customer   INTEGER NOT NULL DEFAULT 0, -- that the fixed row led to; 0: none, or not yet
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX fixed_broken ON fixed (broken_run, row) WHERE broken_run <> 0;
CREATE INDEX fixed_data ON fixed (data) WHERE data <> x'';
