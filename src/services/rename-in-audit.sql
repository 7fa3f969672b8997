-- Suppressions are named by their kind and the customer's id.
UPDATE audit
SET object_name = CASE object_kind
  WHEN 'customer' THEN :name::text
  ELSE 'customer ' || :name::text
END
WHERE (object_kind = 'customer' AND object_name = :customer_id::text)
   OR (object_kind = 'suppression' AND object_name = 'customer ' || :customer_id::text)
