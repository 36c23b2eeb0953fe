-- A month and a service by courier, as both engines say it.
select
    courier,
    count(*) as parcels,
    count(*) filter (where class = 'early') as early,
    count(*) filter (where class = 'on_time') as on_time,
    count(*) filter (where class = 'late') as late,
    count(*) filter (where first_attempt = 'succeeded') as first_succeeded,
    count(*) filter (where first_attempt = 'failed') as first_failed,
    sum(failures) as failures,
    percentile_disc(0.95) within group (order by transit_hours) as transit_p95
from parcels
where service = $1 and due_on between $2 and $3
group by courier
order by courier
