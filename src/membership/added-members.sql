-- The rows of an adding batch, in a fixed order, so that a resend carries the same request.
SELECT customer_id, keys::text, encode(profile, 'hex') AS profile, ad_user_data, ad_personalization, limited_use_state
FROM membership
WHERE add_batch_id = :batch_id::bigint AND scattered
ORDER BY customer_id
