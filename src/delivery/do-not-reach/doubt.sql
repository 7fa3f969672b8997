-- An account has one list, whatever number of destinations lead to it: what one of them takes off,
-- the others can no longer be sure of.
UPDATE do_not_reach SET confirmed = false
FROM destination AS own
JOIN destination AS other
  ON other.platform = own.platform AND other.account = own.account AND other.id <> own.id
WHERE own.id = :destination_id::uuid
  AND do_not_reach.destination_id = other.id
  AND do_not_reach.key = ANY (:keys::bytea[])
