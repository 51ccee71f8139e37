-- Repositories being copied from elsewhere, and for a while those that were: whoever started one is told its end, also
-- after a restart. What the other side asked for is kept nowhere.
CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    standing TEXT NOT NULL,
    detail TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL
) STRICT;

-- The node that an admin chose for a session: on this one or not at all.
ALTER TABLE sessions ADD COLUMN only_node TEXT;
