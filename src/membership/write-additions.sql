-- The ledger takes the keys as they will be sent, and the batch that will send them. Whoever was
-- there already stays since then.
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
INSERT INTO membership AS known (
  audience_id, customer_id, keys, profile, ad_user_data, ad_personalization, limited_use_state,
  add_batch_id, maybe_there, since
)
SELECT
  :audience_id::uuid, p.customer_id, p.keys, p.profile, p.ad_user_data, p.ad_personalization,
  p.limited_use_state, b.id, p.maybe_there, :now::timestamptz
FROM numbered p
JOIN additions b ON b.k = (p.n - 1) / :batch_rows::int + 1
ON CONFLICT (audience_id, customer_id) DO UPDATE SET
  keys = excluded.keys,
  profile = excluded.profile,
  ad_user_data = excluded.ad_user_data,
  ad_personalization = excluded.ad_personalization,
  limited_use_state = excluded.limited_use_state,
  add_batch_id = excluded.add_batch_id,
  maybe_there = excluded.maybe_there,
  since = CASE
    WHEN known.keys <> '{}' AND excluded.maybe_there THEN known.since
    ELSE excluded.since
  END,
  gone_keys = '{}',
  remove_batch_id = NULL,
  -- What the batch before may still do is not forgotten with it.
  ghost_until = greatest(
    known.ghost_until,
    (SELECT before.ghost_until FROM batch before WHERE before.id = known.add_batch_id)
  )
