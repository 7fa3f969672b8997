-- Fair ranks of recency and frequency: one row a pair of values found in `history`, to be joined
-- back on both. Equal customers always share a score, which NTILE does not grant (statistics: RFM).
--   people             customers with this pair;  ranked  all customers in `history`
--   recency_worse      customers whose last purchase is strictly longer ago
--   frequency_worse    customers with strictly fewer purchase days
--   …_score            1 to 5, 5 the best: 1 + floor(5 * worse / ranked)
SELECT
  recency_days,
  purchase_days,
  people,
  ranked,
  recency_worse,
  frequency_worse,
  1 + 5 * recency_worse / ranked AS recency_score,
  1 + 5 * frequency_worse / ranked AS frequency_score
FROM (
  SELECT
    recency_days,
    purchase_days,
    people,
    (sum(people) OVER ())::bigint AS ranked,
    coalesce(sum(people) OVER (
      ORDER BY recency_days DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0)::bigint AS recency_worse,
    coalesce(sum(people) OVER (
      ORDER BY purchase_days GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0)::bigint AS frequency_worse
  FROM (
    SELECT recency_days, purchase_days, count(*) AS people
    FROM history
    GROUP BY recency_days, purchase_days
  ) pair
) counted
