with totals as (
    select
        merchant_category,
        {{ sum_count('transactions') }} as transactions,
        {{ sum_money('total_amount') }} as total_amount,
        {{ sum_count("case when status = 'COMPLETED' then transactions else 0 end") }} as completed_transactions,
        {{ sum_count('fraud_transactions') }} as fraud_transactions,
        {{ sum_money('fraud_amount') }} as fraud_amount,
        {{ sum_count('high_risk_transactions') }} as high_risk_transactions,
        {{ sum_count('processing_time_ms') }} as processing_time_ms
    from {{ ref('daily_activity') }}
    group by merchant_category
)

select
    merchant_category,
    transactions,
    total_amount,
    {{ average_money('total_amount', 'transactions') }} as average_amount,
    {{ share('transactions', 'sum(transactions) over ()') }} as transaction_share,
    {{ share('total_amount', 'sum(total_amount) over ()') }} as amount_share,
    {{ share('completed_transactions', 'transactions') }} as completed_share,
    fraud_transactions,
    fraud_amount,
    {{ share('fraud_transactions', 'transactions') }} as fraud_share,
    high_risk_transactions,
    {{ share('high_risk_transactions', 'transactions') }} as high_risk_share,
    {{ average_money('processing_time_ms', 'transactions') }} as average_processing_ms
from totals
