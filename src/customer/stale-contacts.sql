-- The next customers, by id, whose identity has to be computed again.
SELECT
  customer_id, emails, phones, mobile_ids, x_handles, x_ids, external_id, country, first_name,
  last_name, city, region, postal_code, birth_date, gender, contact_version
FROM customer
WHERE identity_stale AND customer_id > :after
ORDER BY customer_id
LIMIT :batch
