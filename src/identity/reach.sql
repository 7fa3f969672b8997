-- How many customers have a key of which kinds: one row a combination that occurs.
SELECT
  i.email_plain <> '{}' AS email,
  i.phone_e164 <> '{}' AS phone,
  i.mobile_id_plain <> '{}' AS mobile_id,
  i.x_handle <> '{}' AS x_handle,
  i.x_id <> '{}' AS x_id,
  i.external_id <> '{}' AS external_id,
  i.address_google <> '{}' AS profile,
  count(*)::int AS customers
FROM identity i
JOIN customer c ON c.customer_id = i.customer_id
GROUP BY 1, 2, 3, 4, 5, 6, 7
