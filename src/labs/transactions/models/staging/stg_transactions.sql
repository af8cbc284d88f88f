-- One row per row received. Names and types only: rules live in silver.
select
    cast(_row_id as {{ dbt.type_bigint() }}) as row_id,
    cast(_batch_date as date) as batch_date,
    transaction_id,
    cast(transaction_date as date) as transaction_date,
    cast(transaction_timestamp as {{ dbt.type_timestamp() }}) as transaction_timestamp,
    customer_id,
    transaction_type,
    cast(amount as decimal(18, 2)) as amount,
    currency,
    status,
    merchant_id,
    merchant_name,
    merchant_category,
    country,
    channel,
    card_type,
    cast(is_fraudulent as {{ dbt.type_boolean() }}) as is_fraudulent,
    cast(processing_time_ms as {{ dbt.type_int() }}) as processing_time_ms
from {{ source('bronze', 'transactions') }}
