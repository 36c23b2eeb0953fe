-- One row a parcel, as simply as the figures allow: the same text for DuckDB and PostgreSQL, but for `arg_max`, which
-- PostgreSQL says in other words. Courierscope's own fold knows more (corrections, diversions, legs, wishes).
create table parcels as
with links as (
    select other_number as later, number as first from events where other_number is not null
),
folded as (
    select
        coalesce(links.first, events.number) as parcel,
        max(shipper) as shipper,
        max(service) as service,
        max(origin) as origin,
        max(destination) as destination,
        max(region) as region,
        max(mode) as mode,
        min(promise_from) as promise_from,
        min(promise_to) as promise_to,
        arg_max(courier, time) as courier,
        min(time) filter (where code = 'ACC') as accepted_at,
        coalesce(
            max(time) filter (where code = 'HOI'),
            min(time) filter (where code not in ('ANN', 'CAN'))
        ) as leg_from,
        min(time) filter (where code in ('DLV', 'COL')) as received_at,
        min(time) filter (where code = 'LCK') as in_locker_at,
        min(time) filter (where code = 'SHP') as in_shop_at,
        min(time) filter (where code in ('DLV', 'LCK', 'SHP')) as succeeded_at,
        min(time) filter (where code like 'F0_') as failed_at,
        count(*) filter (where code like 'F0_') as failures,
        min(time) filter (where code in ('RTN', 'RTD', 'EXP')) as turned_back_at,
        min(time) filter (where code = 'CAN') as cancelled_at
    from events left join links on links.later = events.number
    group by coalesce(links.first, events.number)
),
stopped as (
    select *, least(
        case when received_at < coalesce(turned_back_at, 'infinity') then received_at end,
        case when mode = 'locker' then in_locker_at when mode = 'shop' then in_shop_at end
    ) as stopped_at
    from folded
)
select
    *,
    cast(substr(promise_to, 1, 10) as date) as due_on,
    case
        when promise_to is null then 'no_promise'
        when cast(promise_to as timestamp with time zone) > now() then 'open'
        when cancelled_at < cast(promise_to as timestamp with time zone) then 'cancelled'
        when stopped_at < cast(promise_from as timestamp with time zone) then 'early'
        when stopped_at <= cast(promise_to as timestamp with time zone) then 'on_time'
        else 'late'
    end as class,
    case
        when least(succeeded_at, failed_at) is null then 'none'
        when failed_at < coalesce(succeeded_at, 'infinity') then 'failed'
        else 'succeeded'
    end as first_attempt,
    extract(epoch from stopped_at - leg_from) / 3600 as transit_hours
from stopped
