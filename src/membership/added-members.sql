-- The rows of an adding batch, in a fixed order, so that a resend carries the same request.
SELECT email::text AS email, phone::text AS phone, consent_granted
FROM membership
WHERE add_batch_id = :batch_id::bigint
ORDER BY customer_id
