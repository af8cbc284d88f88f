with totals as (
    select
        customer_id,
        {{ sum_count('transactions') }} as transactions,
        {{ sum_money('total_amount') }} as total_amount,
        max(max_amount) as max_amount,
        {{ count_rows() }} as active_days,
        min(transaction_date) as first_active_date,
        max(transaction_date) as last_active_date,
        {{ sum_count('fraud_transactions') }} as fraud_transactions,
        {{ sum_count('high_risk_transactions') }} as high_risk_transactions
    from {{ ref('daily_transaction_summary') }}
    group by customer_id
)

select
    customer_id,
    case
        when total_amount < {{ var('segment_medium_from') }} then 'Low'
        when total_amount < {{ var('segment_high_from') }} then 'Medium'
        when total_amount < {{ var('segment_vip_from') }} then 'High'
        else 'VIP'
    end as segment,
    transactions,
    total_amount,
    {{ average_money('total_amount', 'transactions') }} as average_amount,
    max_amount,
    active_days,
    first_active_date,
    last_active_date,
    fraud_transactions,
    high_risk_transactions
from totals
