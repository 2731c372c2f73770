-- The definitions by which requests were sent: their names, how they create a customer,
-- and the fields that a request of theirs may have, a JSON list. Null in the runs of an
-- older version.
CREATE TABLE definition (
	number INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	digest TEXT NOT NULL,
	creates TEXT NOT NULL, -- method and path
	fields TEXT NOT NULL,
	UNIQUE (name, digest)
) STRICT;
ALTER TABLE run ADD COLUMN definition INTEGER REFERENCES definition (number);
