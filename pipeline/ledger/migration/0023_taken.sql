-- The run that last repeated a request which is not settled yet, or is about to: it took
-- the request over, and a run that has lost the right to send no longer gives it back.
-- Null: nobody has repeated it.
ALTER TABLE sealed ADD COLUMN taken INTEGER REFERENCES run (number);
