-- The ledger takes the keys as they will be sent, and the batch that will send them. Whoever was
-- there already stays since then, and what the batch before may still do is not forgotten with it.
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
  audience_id, customer_id, keys, profile, ad_user_data, ad_personalization, limited_use_state,
  add_batch_id, maybe_there, since, ghost_until
)
SELECT
  :audience_id::uuid,
  p.customer_id,
  p.keys,
  p.profile,
  p.ad_user_data,
  p.ad_personalization,
  p.limited_use_state,
  b.id,
  p.maybe_there,
  CASE WHEN known.keys <> '{}' AND p.maybe_there THEN known.since ELSE :now::timestamptz END,
  known.ghost_until
FROM numbered p
JOIN additions b ON b.k = (p.n - 1) / :batch_rows::int + 1
LEFT JOIN plan_known known ON known.customer_id = p.customer_id
ON CONFLICT (audience_id, customer_id) DO UPDATE SET
  keys = excluded.keys,
  profile = excluded.profile,
  ad_user_data = excluded.ad_user_data,
  ad_personalization = excluded.ad_personalization,
  limited_use_state = excluded.limited_use_state,
  add_batch_id = excluded.add_batch_id,
  scattered = true,
  maybe_there = excluded.maybe_there,
  since = excluded.since,
  gone_keys = '{}',
  remove_batch_id = NULL,
  ghost_until = excluded.ghost_until
