-- Whether the provider was asked about an ID that a person entered, and what it
-- said; '' in what an older version wrote. was: the state in which the customer
-- was; '' likewise.
ALTER TABLE word ADD COLUMN checked TEXT NOT NULL DEFAULT '';
ALTER TABLE word ADD COLUMN was TEXT NOT NULL DEFAULT '';
