-- Whether a run took a person off an audience after they had asked to be forgotten.
SELECT EXISTS (
  SELECT 1
  FROM erasure
  JOIN past_membership past
    ON past.customer_id = erasure.customer_id AND past.until >= erasure.requested_at
  WHERE erasure.id = :erasure_id::uuid AND past.audience_id = :audience_id::uuid
) AS left_since
