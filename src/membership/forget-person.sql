-- The person's row on an audience that has answered for every key of theirs.
DELETE FROM membership WHERE audience_id = :audience_id::uuid AND customer_id = :customer_id
