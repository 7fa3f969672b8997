-- Rule 6: both arms at first entry, by one statement, before anything is sent. Whoever has an arm
-- keeps it. The fraction is the first 48 bits of
-- SHA-256(salt:id) over 2^48, which anybody can compute again from the stored salt.
INSERT INTO assignment (sync_id, customer_id, arm, salt, holdout, entered_at, run_id)
SELECT
  :sync_id::uuid,
  c.customer_id,
  CASE
    WHEN ('x' || encode(substring(sha256(convert_to(:salt::text || ':' || c.customer_id, 'UTF8')) FROM 1 FOR 6), 'hex'))::bit(48)::bigint
      / 281474976710656.0::float8 < :holdout::float8
      THEN 'control'
    ELSE 'treatment'
  END,
  :salt::text,
  :holdout::numeric,
  :as_of::timestamptz,
  :run_id::bigint
FROM plan_candidate c
WHERE c.standing = 'eligible'
ON CONFLICT (sync_id, customer_id) DO NOTHING
