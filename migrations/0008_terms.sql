-- Contracts and calendars as they were put in force: every edition whole, as the text that people read and write. One is
-- never changed; a later edition follows it, and says in its note why. kind is 'contract' or 'calendar'.
-- Calendars that the project ships are not here: an edition of the same name takes the place of one.
CREATE TABLE terms (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    edition BIGINT NOT NULL,
    document TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (kind, name, edition)
);
