-- The rows of a removing batch, in a fixed order, so that a resend carries the same request.
SELECT customer_id, gone_keys::text AS keys, NULL AS profile, ad_user_data, ad_personalization, limited_use_state
FROM membership
WHERE remove_batch_id = :batch_id::bigint
ORDER BY customer_id
