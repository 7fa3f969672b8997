-- Where a range begins and ends without that person, who is in the ledger no more.
SELECT min(customer_id) AS first_customer, max(customer_id) AS last_customer
FROM membership
WHERE audience_id = :audience_id::uuid
  AND customer_id >= :first_customer::text
  AND customer_id <= :last_customer::text
  AND add_batch_id = :batch_id::bigint
