-- How a book was read.
ALTER TABLE run ADD COLUMN quotes TEXT NOT NULL DEFAULT '';      -- as asked for; '': found
ALTER TABLE run ADD COLUMN all_rows INTEGER NOT NULL DEFAULT 0;  -- as asked for
ALTER TABLE run ADD COLUMN read_as TEXT NOT NULL DEFAULT '';     -- encoding of a CSV, asked for or found
