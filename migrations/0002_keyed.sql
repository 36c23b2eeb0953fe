-- The large derived tables again, each in the order of its key: SQLite kept them in two trees (see schema.rs), which cost
-- a large import half its time. Nothing else changes.

CREATE TABLE parcels_keyed (
    id BIGINT PRIMARY KEY,
    courier TEXT NOT NULL,
    class BIGINT NOT NULL,
    status BIGINT NOT NULL,
    day BIGINT NOT NULL,
    due BIGINT,
    timeline BYTEA NOT NULL
);
INSERT INTO parcels_keyed SELECT id, courier, class, status, day, due, timeline FROM parcels;
DROP TABLE parcels;
ALTER TABLE parcels_keyed RENAME TO parcels;
CREATE INDEX parcels_due ON parcels (due) WHERE due IS NOT NULL;
CREATE INDEX parcels_late ON parcels (courier, day, id) WHERE class = 4;

CREATE TABLE aliases_keyed (
    search_key BIGINT NOT NULL,
    parcel BIGINT NOT NULL,
    PRIMARY KEY (search_key, parcel)
) /* in the order of its key */;
INSERT INTO aliases_keyed SELECT search_key, parcel FROM aliases;
DROP TABLE aliases;
ALTER TABLE aliases_keyed RENAME TO aliases;

CREATE TABLE cells_keyed (
    slice BIGINT NOT NULL,
    period BIGINT NOT NULL,
    early BIGINT NOT NULL,
    on_time BIGINT NOT NULL,
    late BIGINT NOT NULL,
    late_open BIGINT NOT NULL,
    not_due BIGINT NOT NULL,
    no_promise BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    first_succeeded BIGINT NOT NULL,
    first_failed BIGINT NOT NULL,
    first_not_attempted BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    planned_locker BIGINT NOT NULL,
    planned_shop BIGINT NOT NULL,
    diverted_locker BIGINT NOT NULL,
    diverted_shop BIGINT NOT NULL,
    failed_attempts BIGINT NOT NULL,
    PRIMARY KEY (slice, period)
) /* in the order of its key */;
INSERT INTO cells_keyed SELECT slice, period, early, on_time, late, late_open, not_due, no_promise, cancelled,
    first_succeeded, first_failed, first_not_attempted, accepted, planned_locker, planned_shop, diverted_locker,
    diverted_shop, failed_attempts FROM cells;
DROP TABLE cells;
ALTER TABLE cells_keyed RENAME TO cells;

CREATE TABLE buckets_keyed (
    slice BIGINT NOT NULL,
    period BIGINT NOT NULL,
    distribution BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (slice, period, distribution, bucket)
) /* in the order of its key */;
INSERT INTO buckets_keyed SELECT slice, period, distribution, bucket, n FROM buckets;
DROP TABLE buckets;
ALTER TABLE buckets_keyed RENAME TO buckets;
