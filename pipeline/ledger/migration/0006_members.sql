-- The rows of a run's book that are one customer with an earlier row, under
-- which the customer's outcome is.
CREATE TABLE member (
    run  INTEGER NOT NULL,
    row  INTEGER NOT NULL,
    head INTEGER NOT NULL, -- less than row
    PRIMARY KEY (run, row)
) STRICT, WITHOUT ROWID;
