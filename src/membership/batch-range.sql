SELECT audience_id, first_customer, last_customer FROM batch WHERE id = :batch_id::bigint
