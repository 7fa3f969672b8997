-- The request, and one receipt to be earned for every audience there is: a run that was planned
-- before the request may still be putting the person there.
WITH request AS (
  INSERT INTO erasure (customer_id, tombstone, requested_at)
  VALUES (:customer_id, :tombstone::bytea, :now::timestamptz)
  RETURNING id
),
receipt AS (
  INSERT INTO erasure_receipt (erasure_id, audience_id, state, was_there, updated_at)
  SELECT
    request.id,
    audience.id,
    'waiting',
    coalesce(l.touched, false),
    :now::timestamptz
  FROM request
  CROSS JOIN audience
  LEFT JOIN ledger l ON l.audience_id = audience.id AND l.customer_id = :customer_id
)
SELECT id FROM request
