SELECT customer_id
FROM history
JOIN ranks USING (recency_days, purchase_days)
WHERE recency_score >= :min_recency_score::int
  AND frequency_score >= :min_frequency_score::int
