-- Whoever changed since the last plan, whoever is to be forgotten, of whom no plan keeps anything, and
-- whoever the ledger has something open of: keys to take off, or an addition that has to be sent (again).
INSERT INTO plan_scope (customer_id)
SELECT unnest(customer_ids) FROM customer_change
WHERE changed_by >= pg_snapshot_xmin(:seen::pg_snapshot)::text::bigint
  AND NOT pg_visible_in_snapshot(changed_by::text::xid8, :seen::pg_snapshot)
UNION
SELECT customer_id FROM erasure WHERE customer_id IS NOT NULL
UNION
SELECT customer_id FROM membership
WHERE audience_id = :audience_id::uuid AND remove_batch_id IS NOT NULL
UNION
SELECT m.customer_id
FROM batch b
JOIN membership m ON m.add_batch_id = b.id AND m.audience_id = b.audience_id AND m.scattered
WHERE b.audience_id = :audience_id::uuid
  AND b.operation = 'add'
  AND b.first_customer IS NULL
  AND (
    NOT (b.state = 'pending' OR (b.state = 'done' AND b.accepted + b.unknown > 0))
    OR b.sent_at < :resend_before::timestamptz
  )
UNION
SELECT m.customer_id
FROM batch b
JOIN membership m
  ON m.audience_id = b.audience_id
  AND m.customer_id >= b.first_customer
  AND m.customer_id <= b.last_customer
  AND m.add_batch_id = b.id
WHERE b.audience_id = :audience_id::uuid
  AND b.operation = 'add'
  AND (
    NOT (b.state = 'pending' OR (b.state = 'done' AND b.accepted + b.unknown > 0))
    OR b.sent_at < :resend_before::timestamptz
  )
