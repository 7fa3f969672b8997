-- The ledger takes the keys as they will be sent, and the batch that will send them.
WITH numbered AS (
  SELECT p.*, row_number() OVER () AS n
  FROM plan_change p
  WHERE change IN ('new', 'again', 'changed')
),
additions AS (
  SELECT id, row_number() OVER (ORDER BY seq) AS k
  FROM batch
  WHERE run_id = :run_id::bigint AND operation = 'add'
)
INSERT INTO membership (
  audience_id, customer_id, email, phone, consent_granted, add_batch_id, maybe_there
)
SELECT
  :audience_id::uuid, p.customer_id, p.email, p.phone, p.consent_granted, b.id, p.maybe_there
FROM numbered p
JOIN additions b ON b.k = (p.n - 1) / :batch_rows::int + 1
ON CONFLICT (audience_id, customer_id) DO UPDATE SET
  email = excluded.email,
  phone = excluded.phone,
  consent_granted = excluded.consent_granted,
  add_batch_id = excluded.add_batch_id,
  maybe_there = excluded.maybe_there,
  gone_email = '{}',
  gone_phone = '{}',
  remove_batch_id = NULL
