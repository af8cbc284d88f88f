{{ config(partition_by=['transaction_date']) }}

select
    transaction_date,
    customer_id,
    {{ count_rows() }} as transactions,
    {{ sum_money('amount') }} as total_amount,
    {{ average_money('sum(amount)', 'count(*)') }} as average_amount,
    min(amount) as min_amount,
    max(amount) as max_amount,
    {{ count_when("status = 'COMPLETED'") }} as completed_transactions,
    {{ count_when('is_fraudulent') }} as fraud_transactions,
    {{ count_when('is_high_risk') }} as high_risk_transactions,
    min(transaction_timestamp) as first_transaction_at,
    max(transaction_timestamp) as last_transaction_at
from {{ ref('transactions') }}
group by transaction_date, customer_id
