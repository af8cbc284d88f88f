select
    transaction_date,
    customer_id,
    transaction_type,
    channel,
    count(*) as n_records
from {{ ref('customer_activity') }}
group by transaction_date, customer_id, transaction_type, channel
having count(*) > 1
    or transaction_date is null
    or customer_id is null
    or transaction_type is null
    or channel is null
