-- What is deleted, after the time that it is kept or because somebody asks for it, and what stays of it so that the
-- figures stay true.

-- Up to which receive time the bytes that feeds sent have been deleted, for their age.
CREATE TABLE retention (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    bytes_gone_until BIGINT NOT NULL
);
INSERT INTO retention (id, bytes_gone_until) VALUES (1, 0);

-- What a batch brought, in place of its bytes: where there is a row the bytes are gone.
CREATE TABLE batch_summaries (
    batch BIGINT PRIMARY KEY,
    summary BYTEA NOT NULL
);

-- What deleted parcels count, a row for each revision that deleted some: as a change of the cells, and with the values
-- of all dimensions for questions that fit no cube. See store::piece for its form.
CREATE TABLE deleted_figures (
    revision BIGINT PRIMARY KEY,
    delta BYTEA NOT NULL,
    whole BYTEA NOT NULL
);

-- Fingerprints of the numbers and references of deleted parcels, with the times of their first and last events. What is
-- told of them later counts already.
CREATE TABLE deleted_names (
    fingerprint BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (fingerprint, first_at, last_at)
) /* in the order of its key */;

-- The parcels as they were, while everything is derived again. Empty otherwise.
CREATE TABLE replaying (
    id BIGINT PRIMARY KEY,
    timeline BYTEA NOT NULL
);
