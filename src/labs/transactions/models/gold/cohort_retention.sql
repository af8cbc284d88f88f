-- Of the customers who signed up in a month, how many were active on a day.
with cohorts as (
    select
        signup_month,
        {{ count_rows() }} as cohort_customers
    from {{ ref('dim_customers') }}
    where signup_month is not null
    group by signup_month
),

activity_days as (
    select distinct transaction_date
    from {{ ref('daily_transaction_summary') }}
),

activity as (
    select
        customers.signup_month,
        days.transaction_date,
        {{ count_rows() }} as active_customers,
        {{ sum_count('days.transactions') }} as transactions,
        {{ sum_money('days.total_amount') }} as total_amount
    from {{ ref('daily_transaction_summary') }} as days
    inner join {{ ref('dim_customers') }} as customers on days.customer_id = customers.customer_id
    where customers.signup_month is not null
    group by customers.signup_month, days.transaction_date
)

select
    cohorts.signup_month,
    activity_days.transaction_date as activity_date,
    cast({{ dbt.datediff('cohorts.signup_month', 'activity_days.transaction_date', 'month') }} as {{ dbt.type_int() }}) as months_since_signup,
    cohorts.cohort_customers,
    coalesce(activity.active_customers, 0) as active_customers,
    {{ share('coalesce(activity.active_customers, 0)', 'cohorts.cohort_customers') }} as retention_share,
    coalesce(activity.transactions, 0) as transactions,
    cast(coalesce(activity.total_amount, 0) as decimal(18, 2)) as total_amount
from cohorts
cross join activity_days
left join activity
    on cohorts.signup_month = activity.signup_month
    and activity_days.transaction_date = activity.transaction_date
