-- The ledger of an audience that had nobody: everybody who is wanted, with the batch that will send them.
WITH request AS (
  SELECT array_agg(id ORDER BY seq) AS ids
  FROM batch
  WHERE run_id = :run_id::bigint AND operation = 'add'
)
INSERT INTO membership (
  audience_id, customer_id, keys, profile, ad_user_data, ad_personalization, limited_use_state,
  add_batch_id, scattered, since
)
SELECT
  :audience_id::uuid, customer_id, keys, profile, ad_user_data, ad_personalization,
  limited_use_state, (SELECT ids FROM request)[(nth - 1) / :batch_rows::int + 1], false, :now::timestamptz
FROM plan_candidate
WHERE standing = 'eligible'
