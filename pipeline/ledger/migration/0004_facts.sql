-- How the book was read, so that it can be read so again; the mapping sheet's
-- digest; who ran muster, and where.
ALTER TABLE run ADD COLUMN header_row INTEGER NOT NULL DEFAULT 0; -- as asked for; 0: found
ALTER TABLE run ADD COLUMN encoding TEXT NOT NULL DEFAULT '';     -- as asked for; '': found
ALTER TABLE run ADD COLUMN mapping_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN machine TEXT NOT NULL DEFAULT '';

-- The tag of what a row that a person must look at would send, by which a
-- later run knows whether it was told of the same row before; empty where
-- that is not known. fresh: no earlier run left that row in this state.
ALTER TABLE outcome ADD COLUMN data BLOB NOT NULL DEFAULT x'';
ALTER TABLE outcome ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outcome_data ON outcome (data) WHERE data <> x'';
