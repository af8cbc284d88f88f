-- Everyone of the register, and everyone who only shows up in the transactions.
with active as (
    select
        customer_id,
        min(transaction_date) as first_active_date,
        max(transaction_date) as last_active_date
    from {{ ref('daily_transaction_summary') }}
    group by customer_id
)

select
    coalesce(registered.customer_id, active.customer_id) as customer_id,
    coalesce(registered.first_name, 'UNKNOWN') as first_name,
    coalesce(registered.last_name, 'UNKNOWN') as last_name,
    registered.email,
    coalesce(registered.city, 'UNKNOWN') as city,
    coalesce(registered.country, 'UNKNOWN') as country,
    registered.birth_date,
    registered.signup_date,
    cast({{ dbt.date_trunc('month', 'registered.signup_date') }} as date) as signup_month,
    registered.customer_id is not null as is_registered,
    active.first_active_date,
    active.last_active_date
from {{ ref('stg_customers') }} as registered
full outer join active on registered.customer_id = active.customer_id
