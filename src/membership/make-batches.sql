-- One row a request: removals first, so that nobody waits behind the additions to be taken off.
INSERT INTO batch (run_id, audience_id, seq, operation, rows, state)
SELECT
  :run_id::bigint,
  :audience_id::uuid,
  n,
  CASE WHEN n <= r.removals THEN 'remove' ELSE 'add' END,
  CASE
    WHEN n <= r.removals THEN least(:batch_rows::int, :removal_rows::int - (n - 1) * :batch_rows::int)
    ELSE least(:batch_rows::int, :added::int - (n - r.removals - 1) * :batch_rows::int)
  END,
  'planned'
FROM (SELECT ceil(:removal_rows::int / :batch_rows::float8)::int AS removals) r
CROSS JOIN LATERAL generate_series(1, r.removals + ceil(:added::int / :batch_rows::float8)::int) AS n
