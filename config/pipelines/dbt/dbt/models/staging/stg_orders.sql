select
    order_id,
    customer_id,
    product_id,
    quantity,
    status,
    order_date
from {{ ref('sample_orders') }}
