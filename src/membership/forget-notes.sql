-- A suppression of their id, and the notes that they changed. Suppressions of addresses stay: they are
-- a no, and hold digests alone.
WITH counted AS (UPDATE plan_state SET people = NULL),
noted AS (
  UPDATE customer_change SET customer_ids = array_remove(customer_ids, :customer_id)
  WHERE :customer_id = ANY (customer_ids)
)
DELETE FROM suppression WHERE customer_id = :customer_id
