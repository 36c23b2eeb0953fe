-- Parcels that are under way, as store::open counts them: they are looked at again and again, and are few of all.
CREATE INDEX parcels_open ON parcels (id) WHERE status IN (2, 3, 4, 5, 6, 7, 11);
