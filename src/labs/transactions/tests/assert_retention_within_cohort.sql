select
    signup_month,
    activity_date,
    cohort_customers,
    active_customers,
    retention_share
from {{ ref('cohort_retention') }}
where active_customers > cohort_customers
    or retention_share < 0
    or retention_share > 1
