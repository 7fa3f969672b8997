-- The rows of a removing batch, in a fixed order, so that a resend carries the same request.
SELECT gone_email::text AS email, gone_phone::text AS phone, consent_granted
FROM membership
WHERE remove_batch_id = :batch_id::bigint
ORDER BY customer_id
