-- What is open: rows whose last outcome a person has to do something about.

-- Where a book was, as an absolute path; '' of the standard input, and of runs
-- of an older muster. of_...: the book that the rows come from, where the run's
-- own is a sheet Fix. moved_to: where it was put away.
ALTER TABLE run ADD COLUMN path TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN of_path TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN of_sheet TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN of_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';

-- The tags of the row's keys, 16 bytes each, of rows that a person has to fix;
-- of a row that was sent its customer has them.
ALTER TABLE outcome ADD COLUMN keys BLOB NOT NULL DEFAULT x'';
CREATE INDEX outcome_needs ON outcome (run)
    WHERE state IN ('invalid', 'duplicate', 'changed', 'rejected', 'uncertain');

-- Who exists at the provider under an ID that nobody has entered yet.
CREATE INDEX customer_without_id ON customer (run, row) WHERE state = 'existing' AND customer_id = '';

-- The rows of which a person said that nothing is to be done (muster open
-- --dismiss), in the state and with the data that they had.
CREATE TABLE dismissed (
    run    INTEGER NOT NULL,
    row    INTEGER NOT NULL,
    state  TEXT NOT NULL,
    data   BLOB NOT NULL, -- of the outcome
    at     INTEGER NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (run, row, state)
) STRICT, WITHOUT ROWID;
