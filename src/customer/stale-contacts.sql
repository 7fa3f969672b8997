-- The next customers, by id, whose identity has to be computed again.
SELECT customer_id, emails, phones, country, contact_version
FROM customer
WHERE identity_stale AND customer_id > :after
ORDER BY customer_id
LIMIT :batch
