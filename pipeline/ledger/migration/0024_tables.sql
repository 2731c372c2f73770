-- The table sender to which this row was written, by PostgreSQL's number of it: in a restored copy it has another one.
-- Empty: not known. A migration that makes the table anew has to empty it.
ALTER TABLE sender ADD COLUMN tables TEXT NOT NULL DEFAULT '';
