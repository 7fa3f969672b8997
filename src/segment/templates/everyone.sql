SELECT customer_id
FROM customer
