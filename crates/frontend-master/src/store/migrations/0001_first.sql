CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password_hash TEXT,
    disabled INTEGER NOT NULL DEFAULT 0,
    -- Grows whenever credentials change: a token is only recorded for the epoch that was checked.
    epoch INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

-- Only the hash of a link's secret is kept.
CREATE TABLE login_links (
    secret_hash BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT;

-- Tokens that are still valid, so that they can be revoked one by one.
CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_of_user ON tokens (user_id, expires_at);

CREATE TABLE revocations (
    id INTEGER PRIMARY KEY,
    token_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    before INTEGER NOT NULL,
    forget_after INTEGER NOT NULL
) STRICT;
CREATE INDEX revocations_by_end ON revocations (forget_after);

CREATE TABLE repositories (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, name)
) STRICT;

CREATE TABLE grants (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    user_name TEXT NOT NULL,
    access TEXT NOT NULL,
    PRIMARY KEY (owner, name, user_name),
    FOREIGN KEY (owner, name) REFERENCES repositories (owner, name) ON DELETE CASCADE
) STRICT;
CREATE INDEX grants_of_user ON grants (user_name);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    repository TEXT NOT NULL,
    slot_class TEXT NOT NULL,
    egress TEXT NOT NULL,
    with_environment INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_over INTEGER NOT NULL,
    reason TEXT NOT NULL,
    node_id TEXT,
    slot_id TEXT,
    fence INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    timeline TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sessions_by_request ON sessions (user_id, request_id) WHERE request_id <> '';
CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
CREATE INDEX sessions_live ON sessions (id) WHERE is_over = 0;
CREATE INDEX sessions_over ON sessions (updated_at) WHERE is_over = 1;

CREATE TABLE nodes (
    id TEXT PRIMARY KEY,
    drain INTEGER NOT NULL
) STRICT;

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('fence', 0);
