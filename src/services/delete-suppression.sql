-- By its own key, or by another spelling that it was entered in.
DELETE FROM suppression
WHERE kind = :kind::text
  AND (
    customer_id = :customer_id::text
    OR digest = ANY (:keys::bytea[])
    OR more && :keys::bytea[]
  )
RETURNING reason, until, created_at
