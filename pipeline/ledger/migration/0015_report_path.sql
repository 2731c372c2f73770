-- Where a report was written: the absolute path, links followed.
ALTER TABLE report ADD COLUMN path TEXT NOT NULL DEFAULT '';
CREATE INDEX report_at_path ON report (path) WHERE path <> '';
