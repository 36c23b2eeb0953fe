-- By the rules of which program the next generation was begun: another program begins it anew.
ALTER TABLE state ADD COLUMN next_rules BIGINT NOT NULL DEFAULT 0;
