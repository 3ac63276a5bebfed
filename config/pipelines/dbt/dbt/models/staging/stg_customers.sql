select customer_id, name as customer_name, email, country
from {{ source('raw', 'customers') }}
