-- A customer that the first answer to its request made, in the run that sent it, is
-- all that there is to say: it is the outcome of its row too, and its only attempt,
-- sent at its at. Neither has a record of its own then.
ALTER TABLE customer ADD COLUMN ended INTEGER; -- when that answer came; null: there are records
CREATE INDEX customer_answered ON customer (run, row) WHERE ended IS NOT NULL;
