{{ config(partition_by=['transaction_date']) }}

-- One transaction can have several reasons, so the reasons do not add up to the high-risk count.
select
    transaction_date,
    transaction_type,
    channel,
    amount_category,
    time_of_day,
    {{ count_rows() }} as transactions,
    {{ sum_money('amount') }} as total_amount,
    {{ count_when('is_fraudulent') }} as fraud_transactions,
    {{ sum_money_when('is_fraudulent', 'amount') }} as fraud_amount,
    {{ count_when('is_high_risk') }} as high_risk_transactions,
    {{ sum_money_when('is_high_risk', 'amount') }} as high_risk_amount,
    {{ count_when('is_fraudulent or amount > ' ~ var('high_risk_amount')) }} as risky_alone_transactions,
    {{ count_when('amount > ' ~ var('high_risk_amount')) }} as large_amount_transactions,
    {{ count_when('daily_transaction_count > ' ~ var('high_risk_daily_count')) }} as busy_day_transactions
from {{ ref('transactions') }}
group by transaction_date, transaction_type, channel, amount_category, time_of_day
