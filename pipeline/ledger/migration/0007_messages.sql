-- What a message says, as JSON: its code, and its arguments, so that a report
-- can be written in any language. The old columns have it in English; of what an
-- older version wrote, and of what the provider said, they alone have it.
ALTER TABLE outcome  ADD COLUMN says TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN says TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt  ADD COLUMN says TEXT NOT NULL DEFAULT '';
ALTER TABLE run      ADD COLUMN halt_says TEXT NOT NULL DEFAULT '';
