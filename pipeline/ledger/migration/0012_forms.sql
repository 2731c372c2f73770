-- How texts were made comparable before they became tags: a version, and steps by
-- field, one a line. 0, of which there is no row: by an older muster, as the texts
-- were written.
CREATE TABLE form (
    number  INTEGER PRIMARY KEY, -- from 1
    version INTEGER NOT NULL,
    steps   TEXT NOT NULL,
    UNIQUE (version, steps)
) STRICT;

ALTER TABLE customer ADD COLUMN form INTEGER NOT NULL DEFAULT 0; -- of its body, fields and keys
-- The tag that its row's outcome has should it be refused; empty: body.
ALTER TABLE customer ADD COLUMN data BLOB NOT NULL DEFAULT x'';
-- The oldest version that tags of the namespace's customers may have.
ALTER TABLE namespace ADD COLUMN oldest_form INTEGER NOT NULL DEFAULT 0;
