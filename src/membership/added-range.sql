-- The rows of an adding batch that is a range of customers, in the order of the key.
SELECT customer_id, keys::text, encode(profile, 'hex') AS profile, ad_user_data, ad_personalization, limited_use_state
FROM membership
WHERE audience_id = :audience_id::uuid
  AND customer_id >= :first_customer::text
  AND customer_id <= :last_customer::text
  AND add_batch_id = :batch_id::bigint
  AND NOT scattered
ORDER BY customer_id
