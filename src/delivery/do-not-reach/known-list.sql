-- The list that is taken to hold the confirmed keys of a destination, and whether there are any.
SELECT
  do_not_reach_id AS id,
  EXISTS (
    SELECT 1 FROM do_not_reach WHERE destination_id = destination.id AND confirmed
  ) AS has_keys
FROM destination
WHERE id = :destination_id::uuid
