-- Rejected rows that somebody has settled: mended, or dismissed. The row stays in its batch as it was sent; whoever reads
-- that batch from then on passes over it, whatever a later definition would make of it, so that nothing counts twice. A
-- mended row stands in another batch of the same feed: mended_in and mended_row say where. A dismissed row has the code
-- of a reason. The key is what keeps a row from being settled twice. These are facts, like the inbox: a replay keeps them.
CREATE TABLE settled_rows (
    batch BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    feed TEXT NOT NULL,
    settled_at BIGINT NOT NULL,
    mended_in BIGINT,
    mended_row BIGINT,
    dismissed_for BIGINT,
    PRIMARY KEY (batch, row_number)
) /* in the order of its key */;
CREATE UNIQUE INDEX settled_rows_mending ON settled_rows (mended_in, mended_row) WHERE mended_in IS NOT NULL;
CREATE INDEX settled_rows_feed ON settled_rows (feed, mended_in);

-- Which batches have rejected rows of which kind, a kind being a field and a reason (domain::rejected), and the first of
-- these rows: so that the rows are found, which are read from the bytes. What earlier programs derived is listed when the
-- program first starts on this schema (store::rejected); until then the kind of a rejection is not known. Derived.
CREATE TABLE batch_rejections (
    feed TEXT NOT NULL,
    kind BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    first_row BIGINT NOT NULL,
    PRIMARY KEY (feed, kind, batch)
) /* in the order of its key */;
CREATE INDEX batch_rejections_batch ON batch_rejections (feed, batch);
ALTER TABLE feed_rejections ADD COLUMN kind BIGINT;
