{{ config(partition_by=['transaction_date']) }}

select
    transaction_date,
    customer_id,
    transaction_type,
    channel,
    {{ count_rows() }} as transactions,
    {{ sum_money('amount') }} as total_amount,
    {{ count_when('is_fraudulent') }} as fraud_transactions,
    {{ sum_money_when('is_fraudulent', 'amount') }} as fraud_amount,
    {{ count_when('is_high_risk') }} as high_risk_transactions
from {{ ref('transactions') }}
group by transaction_date, customer_id, transaction_type, channel
