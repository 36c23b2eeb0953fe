-- The columns of the file, one row an event. What is said of a parcel stands in its first row only.
create table events (
    courier text,
    number text,
    code text,
    time timestamp with time zone,
    facility text,
    reference text,
    shipper text,
    service text,
    origin text,
    destination text,
    region text,
    mode text,
    promise_from text,
    promise_to text,
    other_courier text,
    other_number text
)
