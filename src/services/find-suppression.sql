SELECT reason, until, created_at
FROM suppression
WHERE kind = :kind::text
  AND (customer_id = :customer_id::text OR digest = :digest::bytea)
