{{ config(severity='warn', tags=['dirt']) }}

select *
from {{ source('bronze', 'transactions') }}
where amount <= 0
    or amount > {{ var('max_amount') }}
