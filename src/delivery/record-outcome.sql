-- What became of a batch, and whom the platform refused by name, in one statement. Somebody may stand
-- in a removal several times, and then be named several times.
WITH answered AS (
  UPDATE batch SET
    state = :state::text,
    request_id = :request_id::text,
    accepted = :accepted::int,
    rejected = :rejected::int,
    unknown = :unknown::int,
    reasons = :reasons::jsonb,
    problem = :problem::jsonb,
    answered_at = :at::timestamptz,
    ask_at = :ask_at::timestamptz,
    ghost_until = greatest(ghost_until, :ghost_until::timestamptz)
  WHERE id = :batch_id::bigint AND state IN ('planned', 'sending', 'pending')
  RETURNING id, audience_id
),
named AS (
  SELECT DISTINCT ON (customer_id) customer_id, code, nothing_taken
  FROM unnest(:refused_ids::text[], :refused_codes::text[], :nothing_taken::boolean[])
    AS named (customer_id, code, nothing_taken)
)
INSERT INTO refusal (audience_id, customer_id, batch_id, code, at, nothing_taken)
SELECT answered.audience_id, named.customer_id, answered.id, named.code, :at::timestamptz, named.nothing_taken
FROM answered CROSS JOIN named
ON CONFLICT (audience_id, customer_id)
DO UPDATE SET
  batch_id = excluded.batch_id,
  code = excluded.code,
  at = excluded.at,
  nothing_taken = excluded.nothing_taken
