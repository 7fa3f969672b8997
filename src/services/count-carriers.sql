SELECT count(*)::integer AS customers
FROM customer
LEFT JOIN identity ON identity.customer_id = customer.customer_id
WHERE customer.customer_id = :customer_id::text
  OR :keys::bytea[] && (
    identity.email_plain || identity.email_google || identity.phone_e164 || identity.phone_digits
    || identity.email_domain
  )
