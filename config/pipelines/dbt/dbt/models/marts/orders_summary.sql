select
    o.order_date,
    count(*) as orders,
    sum(o.quantity) as units,
    sum(o.quantity * p.price) as revenue
from {{ ref('stg_orders') }} as o
join {{ ref('stg_products') }} as p using (product_id)
group by o.order_date
