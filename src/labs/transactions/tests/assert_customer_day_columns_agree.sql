-- The last running total of a customer's day is the day's total, and every row knows the day's count.
select
    customer_id,
    transaction_date,
    count(*) as transactions,
    max(daily_transaction_count) as daily_transaction_count,
    sum(amount) as total_amount,
    max(daily_cumulative_amount) as daily_cumulative_amount
from {{ ref('transactions') }}
group by customer_id, transaction_date
having max(daily_cumulative_amount) <> sum(amount)
    or max(daily_transaction_count) <> count(*)
    or min(daily_transaction_count) <> count(*)
