-- When the rows of a run were forgotten (muster forget); null while they are
-- there. What prevents doubles is never forgotten.
ALTER TABLE run ADD COLUMN forgotten INTEGER;
