-- Audiences that have to answer (again): those that came after the request, and those where a run
-- that was planned before it has put the person since.
WITH person AS (
  SELECT id, customer_id FROM erasure WHERE id = :erasure_id::uuid AND finished_at IS NULL
),
there AS (
  SELECT audience.id AS audience_id, l.customer_id IS NOT NULL AS known, coalesce(l.touched, false) AS touched
  FROM person
  CROSS JOIN audience
  LEFT JOIN ledger l ON l.audience_id = audience.id AND l.customer_id = person.customer_id
)
INSERT INTO erasure_receipt AS receipt (erasure_id, audience_id, state, was_there, updated_at)
SELECT person.id, there.audience_id, 'waiting', there.touched, :now::timestamptz
FROM person
CROSS JOIN there
LEFT JOIN erasure_receipt known
  ON known.erasure_id = person.id AND known.audience_id = there.audience_id
WHERE known.state IS NULL OR (known.state <> 'waiting' AND there.known)
ON CONFLICT (erasure_id, audience_id) DO UPDATE SET state = 'waiting', was_there = receipt.was_there OR excluded.was_there
