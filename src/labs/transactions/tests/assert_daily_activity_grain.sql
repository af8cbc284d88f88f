select
    transaction_date,
    hour,
    transaction_type,
    channel,
    merchant_category,
    status,
    count(*) as n_records
from {{ ref('daily_activity') }}
group by transaction_date, hour, transaction_type, channel, merchant_category, status
having count(*) > 1
    or transaction_date is null
    or transaction_type is null
    or channel is null
    or merchant_category is null
    or status is null
