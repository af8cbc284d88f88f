{{ config(partition_by=['transaction_date']) }}

select
    transaction_date,
    merchant_id,
    coalesce(max(nullif(merchant_name, 'UNKNOWN')), 'UNKNOWN') as merchant_name,
    coalesce(max(nullif(merchant_category, 'UNKNOWN')), 'UNKNOWN') as merchant_category,
    {{ count_rows() }} as transactions,
    {{ sum_money('amount') }} as total_amount,
    {{ average_money('sum(amount)', 'count(*)') }} as average_amount,
    max(amount) as max_amount,
    {{ count_when("status = 'COMPLETED'") }} as completed_transactions,
    {{ count_when('is_fraudulent') }} as fraud_transactions,
    {{ count_when('is_high_risk') }} as high_risk_transactions
from {{ ref('transactions') }}
group by transaction_date, merchant_id
