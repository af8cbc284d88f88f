select
    transaction_date,
    merchant_id,
    count(*) as n_records
from {{ ref('merchant_daily_summary') }}
group by transaction_date, merchant_id
having count(*) > 1
    or transaction_date is null
    or merchant_id is null
