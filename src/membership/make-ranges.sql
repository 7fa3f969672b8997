-- The requests of a first sync: each a range of customers in the order of their ids.
INSERT INTO batch (run_id, audience_id, seq, operation, rows, state, first_customer, last_customer)
SELECT
  :run_id::bigint,
  :audience_id::uuid,
  (nth - 1) / :batch_rows::int + 1,
  'add',
  count(*),
  'planned',
  min(customer_id),
  max(customer_id)
FROM plan_candidate
WHERE standing = 'eligible'
GROUP BY (nth - 1) / :batch_rows::int
