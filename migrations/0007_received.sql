-- What is old is found without looking at every batch: deleting in small steps read the whole table in each of them.
CREATE INDEX batches_received ON batches (received_at, id);
