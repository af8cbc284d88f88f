-- Silver keeps 0 < amount <= max_amount.
select
    transaction_id,
    amount
from {{ ref('transactions') }}
where amount <= 0
    or amount > {{ var('max_amount') }}
