UPDATE do_not_reach SET confirmed = true, sent_at = :sent_at::timestamptz
WHERE destination_id = :destination_id::uuid AND key = ANY (:keys::bytea[])
