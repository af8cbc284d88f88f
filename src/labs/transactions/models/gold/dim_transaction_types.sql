-- The eight types the bank documents, and any other that shows up.
with documented as (
    select 'PAYMENT' as transaction_type, 'Card payment at a merchant' as label, 'out' as direction
    union all
    select 'TRANSFER', 'Transfer between accounts', 'out'
    union all
    select 'WITHDRAWAL', 'Cash withdrawal', 'out'
    union all
    select 'DEPOSIT', 'Deposit on the account', 'in'
    union all
    select 'MOBILE_PAYMENT', 'Payment by phone', 'out'
    union all
    select 'DIRECT_DEBIT', 'Direct debit', 'out'
    union all
    select 'CHECK', 'Cheque', 'out'
    union all
    select 'ONLINE_PURCHASE', 'Purchase on the web', 'out'
),

observed as (
    select
        transaction_type,
        {{ sum_count('transactions') }} as transactions,
        {{ sum_money('total_amount') }} as total_amount
    from {{ ref('daily_activity') }}
    group by transaction_type
)

select
    coalesce(documented.transaction_type, observed.transaction_type) as transaction_type,
    coalesce(documented.label, 'Not documented') as label,
    coalesce(documented.direction, 'unknown') as direction,
    documented.transaction_type is not null as is_documented,
    coalesce(observed.transactions, 0) as transactions,
    cast(coalesce(observed.total_amount, 0) as decimal(18, 2)) as total_amount,
    {{ average_money('observed.total_amount', 'observed.transactions') }} as average_amount
from documented
full outer join observed on documented.transaction_type = observed.transaction_type
