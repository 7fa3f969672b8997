-- What an attempt came to. Whoever was there at the request, or was taken off by a run since, was
-- removed; where there was nothing at any time, the audience is clear. What is answered stays so,
-- whatever another process met beside it.
UPDATE erasure_receipt receipt
SET
  state = CASE
    WHEN NOT :absent::boolean THEN 'waiting'
    WHEN receipt.was_there OR :left_since::boolean THEN 'removed'
    ELSE 'clear'
  END,
  request_ids = receipt.request_ids || :request_ids::text[],
  problem = :problem::jsonb,
  attempts = receipt.attempts + 1,
  updated_at = :now::timestamptz
WHERE receipt.erasure_id = :erasure_id::uuid
  AND receipt.audience_id = :audience_id::uuid
  AND receipt.state = 'waiting'
