-- Every entry that hits a subject, found by its keys under any rule as a run finds them; of a
-- customer also those that hit one of the customer's values.
WITH subject AS (
  SELECT :keys::bytea[] || coalesce(
    (
      SELECT email_plain || email_google || phone_e164 || phone_digits || email_domain
      FROM identity
      WHERE customer_id = :customer_id::text
    ),
    '{}'
  ) AS keys
)
SELECT suppression.kind, suppression.customer_id, suppression.digest, suppression.reason,
  suppression.until, suppression.created_at
FROM suppression CROSS JOIN subject
WHERE suppression.customer_id = :customer_id::text
  OR suppression.digest = ANY (subject.keys)
  OR suppression.more && subject.keys
ORDER BY suppression.created_at, suppression.id
