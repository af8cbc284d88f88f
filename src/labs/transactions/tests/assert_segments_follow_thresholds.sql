select
    customer_id,
    segment,
    total_amount
from {{ ref('customer_segments') }}
where (segment = 'Low') <> (total_amount < {{ var('segment_medium_from') }})
    or (segment = 'VIP') <> (total_amount >= {{ var('segment_vip_from') }})
    or (segment = 'High' and total_amount < {{ var('segment_high_from') }})
    or (segment = 'Medium' and total_amount >= {{ var('segment_high_from') }})
