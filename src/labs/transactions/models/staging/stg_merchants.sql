select
    merchant_id,
    merchant_name,
    merchant_category,
    city,
    country
from {{ source('bronze', 'merchants') }}
