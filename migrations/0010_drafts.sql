-- Contracts that somebody has written and not saved yet: to be looked at before they are, or to be mended.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    note TEXT NOT NULL,
    edition BIGINT NOT NULL,
    written_at BIGINT NOT NULL
);
