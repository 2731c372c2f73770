-- The run whose sheet Fix the book of a run is, saved as a file of its own.
ALTER TABLE run ADD COLUMN fix_of TEXT NOT NULL DEFAULT '';
