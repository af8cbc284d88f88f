{{ config(partition_by=['transaction_date']) }}

select
    transaction_date,
    day_of_week,
    hour,
    transaction_type,
    channel,
    merchant_category,
    status,
    {{ count_rows() }} as transactions,
    {{ sum_money('amount') }} as total_amount,
    {{ count_when('is_fraudulent') }} as fraud_transactions,
    {{ sum_money_when('is_fraudulent', 'amount') }} as fraud_amount,
    {{ count_when('is_high_risk') }} as high_risk_transactions,
    {{ sum_count('coalesce(processing_time_ms, 0)') }} as processing_time_ms
from {{ ref('transactions') }}
group by transaction_date, day_of_week, hour, transaction_type, channel, merchant_category, status
