-- One dialect for SQLite and PostgreSQL: TEXT, BIGINT and BYTEA only; instants are UTC epoch milliseconds;
-- days and hours count from 1970-01-01; flags are 0 or 1; codes are those of the vocabulary.

-- Where the derived tables stand. Whoever derives takes this row's lock first, so that there is one at a time.
-- Cells are a function of the facts and of judged_until: deadlines before it have been judged.
CREATE TABLE state (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    judged_until BIGINT NOT NULL,
    next_parcel BIGINT NOT NULL,
    next_slice BIGINT NOT NULL
);
INSERT INTO state (id, revision, judged_until, next_parcel, next_slice) VALUES (1, 0, 0, 1, 1);

-- Feed definitions as they were when they read something, so that history reads the same for ever.
CREATE TABLE feed_versions (
    feed TEXT NOT NULL,
    version TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (feed, version)
);

-- The inbox: one row for each body or piece of a file that a feed sent. Committing it is what an answer promises.
-- derived_in is the revision that took it into the derived tables; until then it is pending. duplicates are its events
-- that were known before. fault says why a batch can no longer be read; it is then set aside.
CREATE TABLE batches (
    id BIGINT PRIMARY KEY,
    feed TEXT NOT NULL,
    version TEXT NOT NULL,
    format TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    first_row BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    idempotency_key TEXT,
    derived_in BIGINT,
    duplicates BIGINT,
    fault TEXT,
    UNIQUE (feed, content_hash),
    UNIQUE (feed, idempotency_key)
);
CREATE INDEX batches_pending ON batches (id) WHERE derived_in IS NULL AND fault IS NULL;
CREATE INDEX batches_set_aside ON batches (feed) WHERE fault IS NOT NULL;

-- What a batch holds: the bytes as they came (zstd) and the answer that was given (zstd JSON).
CREATE TABLE bodies (
    batch BIGINT PRIMARY KEY,
    bytes BYTEA NOT NULL,
    answer BYTEA NOT NULL
);

-- The raw codes of a batch, so that a corrected mapping finds the batches it touches.
CREATE TABLE batch_codes (
    feed TEXT NOT NULL,
    code TEXT NOT NULL,
    batch BIGINT NOT NULL,
    unmapped BIGINT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (feed, code, batch)
);

-- What each feed has brought, summed up. Derived.
CREATE TABLE feed_totals (
    feed TEXT PRIMARY KEY,
    last_received BIGINT NOT NULL,
    latest_event BIGINT,
    batches BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    events BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    rejected BIGINT NOT NULL
);

-- Events received, by feed and hour, for the rates. Derived.
CREATE TABLE feed_hours (
    feed TEXT NOT NULL,
    hour BIGINT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (feed, hour)
);

-- Rejected rows by field and reason, with one example. Derived.
CREATE TABLE feed_rejections (
    feed TEXT NOT NULL,
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    example TEXT NOT NULL,
    PRIMARY KEY (feed, field, reason)
);

-- Codes that no mapping knows. Derived.
CREATE TABLE feed_unmapped (
    feed TEXT NOT NULL,
    code TEXT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (feed, code)
);

-- A parcel: its events in the binary form of the domain's timeline, and what lists and the sweep ask for.
-- due is the deadline that time alone will pass; day is the cohort day. Derived.
CREATE TABLE parcels (
    id BIGINT PRIMARY KEY,
    courier TEXT NOT NULL,
    class BIGINT NOT NULL,
    status BIGINT NOT NULL,
    day BIGINT NOT NULL,
    due BIGINT,
    timeline BYTEA NOT NULL
);
CREATE INDEX parcels_due ON parcels (due) WHERE due IS NOT NULL;
CREATE INDEX parcels_late ON parcels (courier, day, id) WHERE class = 4;

-- What a parcel is found by: the hash of a tracking number or reference. Numbers repeat. Derived.
CREATE TABLE aliases (
    search_key BIGINT NOT NULL,
    parcel BIGINT NOT NULL,
    PRIMARY KEY (search_key, parcel)
);

-- A combination of values of a cube's dimensions. Derived.
CREATE TABLE slices (
    id BIGINT PRIMARY KEY,
    cube BIGINT NOT NULL,
    courier TEXT NOT NULL,
    service TEXT NOT NULL,
    origin_country TEXT NOT NULL,
    destination_country TEXT NOT NULL,
    destination_region TEXT NOT NULL,
    delivery_mode TEXT NOT NULL,
    shipper TEXT NOT NULL,
    contract TEXT NOT NULL,
    reason TEXT NOT NULL,
    party TEXT NOT NULL
);

CREATE INDEX slices_cube ON slices (cube);

-- The counts behind every KPI, by slice and local day (hour in the cube of hours). Derived.
CREATE TABLE cells (
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
);

-- Histograms of durations. Derived.
CREATE TABLE buckets (
    slice BIGINT NOT NULL,
    period BIGINT NOT NULL,
    distribution BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (slice, period, distribution, bucket)
);

-- What each recent revision changed in the cells, so that another process follows without reading them all.
-- No delta says: read the cells again.
CREATE TABLE changes (
    revision BIGINT PRIMARY KEY,
    judged_until BIGINT NOT NULL,
    delta BYTEA NOT NULL
);
