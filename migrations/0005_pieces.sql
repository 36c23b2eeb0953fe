-- The cells and histograms, packed: a month of one cube is a few pieces that add up to its cells, so that a server
-- reads a hundred rows when it starts instead of millions, and a change is written as what it is, without touching
-- what it adds to. See store::pieces. Derived.
-- What the tables cells and buckets hold is moved here when the program first starts on this schema (store::unpacked);
-- they and the table slices are empty from then on.
CREATE TABLE pieces (
    cube BIGINT NOT NULL,
    span BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (cube, span, piece)
);
