select
    order_id,
    customer_id,
    product_id,
    quantity,
    state,
    order_date
from {{ ref('sample_orders') }}
