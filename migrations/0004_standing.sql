-- Whether what a feed brings is counted. A feed on probation is shown and not counted until it is switched on. One that
-- is not listed is counted: feeds that were there before this table are not.
-- A batch of a feed on probation has derived_in = 0: it has been read and summed up, and is in no revision.
CREATE TABLE feeds (
    feed TEXT PRIMARY KEY,
    probation BIGINT NOT NULL
);
