-- What the platform took off: nothing of it is there any more.
DELETE FROM do_not_reach
WHERE destination_id = :destination_id::uuid AND key = ANY (:keys::bytea[])
