-- Every mart accounts for every silver transaction, to the cent.
with silver as (
    select
        count(*) as transactions,
        coalesce(sum(amount), 0) as total_amount
    from {{ ref('transactions') }}
),

marts as (
    {%- for mart in ['daily_activity', 'customer_activity', 'risk_summary', 'daily_transaction_summary',
                     'merchant_daily_summary', 'customer_segments', 'channel_performance', 'category_performance',
                     'hourly_pattern', 'dim_transaction_types'] %}
    select
        '{{ mart }}' as mart,
        coalesce(sum(transactions), 0) as transactions,
        coalesce(sum(total_amount), 0) as total_amount
    from {{ ref(mart) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    marts.mart,
    marts.transactions,
    silver.transactions as silver_transactions,
    marts.total_amount,
    silver.total_amount as silver_total_amount
from marts
cross join silver
where marts.transactions <> silver.transactions
    or marts.total_amount <> silver.total_amount
