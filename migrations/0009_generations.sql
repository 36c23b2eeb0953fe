-- Figures by generation. The terms (contracts and calendars) judge every parcel, so new terms make all cells anew: beside
-- those that are shown, in a second generation that takes their place at once when it is whole. See store::generation.

-- Everything that is saved counts on, over contracts and calendars: the terms are all editions up to a number.
ALTER TABLE terms ADD COLUMN ordinal BIGINT NOT NULL DEFAULT 0;
UPDATE terms SET ordinal = (
    SELECT COUNT(*) FROM terms o
    WHERE o.saved_at < terms.saved_at
        OR o.saved_at = terms.saved_at
            AND (o.kind < terms.kind
                OR o.kind = terms.kind AND (o.name < terms.name OR o.name = terms.name AND o.edition <= terms.edition))
);
CREATE UNIQUE INDEX terms_ordinal ON terms (ordinal);

-- generation is the one that is shown; terms are those that it is judged by; rules are those of the program that made it.
-- declined are terms that somebody does not want to be applied. next_terms are those of the generation that is being made,
-- if one is: it holds the parcels up to next_upto.
ALTER TABLE state ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN terms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN rules BIGINT NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN declined BIGINT NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN next_terms BIGINT;
ALTER TABLE state ADD COLUMN next_upto BIGINT NOT NULL DEFAULT 0;

-- Generations take turns in the two columns.
ALTER TABLE parcels RENAME COLUMN due TO due_0;
ALTER TABLE parcels ADD COLUMN due_1 BIGINT;
CREATE INDEX parcels_due_1 ON parcels (due_1) WHERE due_1 IS NOT NULL;

CREATE TABLE pieces_by_generation (
    generation BIGINT NOT NULL,
    cube BIGINT NOT NULL,
    span BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (generation, cube, span, piece)
);
INSERT INTO pieces_by_generation SELECT 0, cube, span, piece, row_count, bytes FROM pieces;
DROP TABLE pieces;
ALTER TABLE pieces_by_generation RENAME TO pieces;

-- Their changes have as many counts as cells had before.
DELETE FROM changes;
