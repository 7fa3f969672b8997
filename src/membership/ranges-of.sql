-- The batches whose range begins or ends with a person.
SELECT id::text, audience_id, first_customer, last_customer
FROM batch
WHERE first_customer = :customer_id OR last_customer = :customer_id
