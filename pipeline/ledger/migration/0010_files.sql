-- The reports that were written, by their content: a file of a run which has
-- reports and is none of them was edited since.
CREATE TABLE report (
    sha256 TEXT PRIMARY KEY, -- of the file, hex
    run    TEXT NOT NULL     -- its ID
) STRICT, WITHOUT ROWID;
CREATE INDEX report_of_run ON report (run);

-- The files of folders that are no books, as they were when that was last said.
CREATE TABLE left_alone (
    path    TEXT NOT NULL, -- absolute
    size    INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    said    INTEGER NOT NULL,
    PRIMARY KEY (path)
) STRICT, WITHOUT ROWID;
