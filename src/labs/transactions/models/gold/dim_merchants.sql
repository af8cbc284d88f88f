-- Every merchant of the register, and every one that only shows up in the transactions, UNKNOWN included.
with active as (
    select
        merchant_id,
        coalesce(max(nullif(merchant_name, 'UNKNOWN')), 'UNKNOWN') as merchant_name,
        coalesce(max(nullif(merchant_category, 'UNKNOWN')), 'UNKNOWN') as merchant_category,
        min(transaction_date) as first_active_date,
        max(transaction_date) as last_active_date
    from {{ ref('merchant_daily_summary') }}
    group by merchant_id
)

select
    coalesce(registered.merchant_id, active.merchant_id) as merchant_id,
    coalesce(registered.merchant_name, active.merchant_name, 'UNKNOWN') as merchant_name,
    coalesce(registered.merchant_category, active.merchant_category, 'UNKNOWN') as merchant_category,
    coalesce(registered.city, 'UNKNOWN') as city,
    coalesce(registered.country, 'UNKNOWN') as country,
    registered.merchant_id is not null as is_registered,
    active.first_active_date,
    active.last_active_date
from {{ ref('stg_merchants') }} as registered
full outer join active on registered.merchant_id = active.merchant_id
