-- The counts with which a run ended: counts go on with what became of its requests
-- afterwards. Null in the runs of an older version, whose counts went on already.
ALTER TABLE run ADD COLUMN ended_counts TEXT;
