{{ config(severity='warn', tags=['dirt']) }}

-- Why rows received are not in silver: one row per reason, the first that applies. What passes every rule and is
-- still missing repeats the id of an earlier row.
with received as (
    select
        case
            when transaction_id is null then 'no transaction_id'
            when customer_id is null then 'no customer_id'
            when transaction_date is null then 'no transaction_date'
            when amount is null then 'no amount'
            when amount <= 0 then 'amount not positive'
            when amount > {{ var('max_amount') }} then 'amount over {{ var('max_amount') }}'
            else 'repeated transaction_id'
        end as reason,
        count(*) as row_count
    from {{ ref('stg_transactions') }}
    group by 1
),

kept as (
    select coalesce(sum(transactions), 0) as row_count
    from {{ ref('daily_activity') }}
)

select
    received.reason,
    cast(
        received.row_count - case when received.reason = 'repeated transaction_id' then kept.row_count else 0 end
        as {{ dbt.type_bigint() }}
    ) as dropped_rows
from received
cross join kept
where received.row_count - case when received.reason = 'repeated transaction_id' then kept.row_count else 0 end > 0
