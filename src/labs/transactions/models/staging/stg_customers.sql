select
    customer_id,
    first_name,
    last_name,
    email,
    city,
    country,
    cast(birth_date as date) as birth_date,
    cast(signup_date as date) as signup_date
from {{ source('bronze', 'customers') }}
