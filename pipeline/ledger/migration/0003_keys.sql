-- The keys by which the namespace's customers are known, one a line: name,
-- field or path, normalisers. '' until the next import: then those of its
-- definition. Under other keys every customer would look new.
ALTER TABLE namespace ADD COLUMN keys TEXT NOT NULL DEFAULT '';
