-- A node's reports from this one on include the session.
ALTER TABLE sessions ADD COLUMN reported_boot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN reported_version INTEGER NOT NULL DEFAULT 0;

-- Fences that nodes have seen and this database never gave out: it was restored from an older copy.
CREATE TABLE lost_fences (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;
