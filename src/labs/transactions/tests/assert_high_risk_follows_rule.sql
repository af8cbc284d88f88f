select
    transaction_id,
    amount,
    is_fraudulent,
    daily_transaction_count,
    is_high_risk
from {{ ref('transactions') }}
where is_high_risk <> (
    amount > {{ var('high_risk_amount') }}
    or is_fraudulent
    or daily_transaction_count > {{ var('high_risk_daily_count') }}
)
