select
    transaction_date,
    customer_id,
    count(*) as n_records
from {{ ref('daily_transaction_summary') }}
group by transaction_date, customer_id
having count(*) > 1
    or transaction_date is null
    or customer_id is null
