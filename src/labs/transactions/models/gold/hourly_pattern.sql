with totals as (
    select
        day_of_week,
        hour,
        {{ sum_count('transactions') }} as transactions,
        {{ sum_money('total_amount') }} as total_amount,
        {{ sum_count('fraud_transactions') }} as fraud_transactions,
        {{ sum_count('high_risk_transactions') }} as high_risk_transactions
    from {{ ref('daily_activity') }}
    group by day_of_week, hour
),

weekdays as (
    select
        day_of_week,
        cast(count(distinct transaction_date) as {{ dbt.type_bigint() }}) as days
    from {{ ref('daily_activity') }}
    group by day_of_week
)

select
    totals.day_of_week,
    totals.hour,
    weekdays.days,
    totals.transactions,
    {{ average_money('totals.transactions', 'weekdays.days') }} as transactions_per_day,
    totals.total_amount,
    {{ average_money('totals.total_amount', 'totals.transactions') }} as average_amount,
    {{ share('totals.transactions', 'sum(totals.transactions) over (partition by totals.day_of_week)') }} as day_share,
    totals.fraud_transactions,
    totals.high_risk_transactions
from totals
inner join weekdays on totals.day_of_week = weekdays.day_of_week
