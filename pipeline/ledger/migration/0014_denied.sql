-- The customers that were refused with an answer that may be about us (403 and
-- such): few, and a later run sends them last.
CREATE INDEX attempt_denied ON attempt (customer) WHERE verdict = 'denied';
