-- The rows that take keys off, each with its request. A person with more keys to take off than the
-- platform takes in one row needs several; the room for that is left free in every request.
WITH person AS (
  SELECT
    customer_id,
    ceil(cardinality(gone_keys) / :keys_per_member::float8)::int AS rows
  FROM plan_change
  WHERE gone_keys <> '{}'
)
INSERT INTO plan_removal (customer_id, rows, request)
SELECT
  customer_id,
  rows,
  (sum(rows) OVER (ROWS UNBOUNDED PRECEDING) - rows) / (:batch_rows::int - max(rows) OVER () + 1) + 1
FROM person
