-- The expected gap of a customer with x repeat days is (typical + span) / (1 + x): their own gaps
-- and one typical gap, the mean over repeat customers of their own mean gap. One-time buyers have
-- the typical gap. Numeric, so that the mean does not depend on the order of rows. Without any
-- repeat customer the typical gap is NULL, no expectation exists, and nobody has lapsed.
SELECT customer_id
FROM history
CROSS JOIN (
  SELECT avg(span_days::numeric / (purchase_days - 1)) AS gap
  FROM history
  WHERE purchase_days > 1
) typical
WHERE recency_days * purchase_days > :gap_multiple::numeric * (typical.gap + span_days)
