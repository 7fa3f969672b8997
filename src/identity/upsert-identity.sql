-- Stores computed identities from the staging table, and marks their customers as current unless
-- what they were computed from changed again since it was read.
WITH stored AS (
  INSERT INTO identity (
    customer_id, email_plain, email_google, phone_e164, phone_digits, mobile_id_plain,
    mobile_id_hashed, x_handle, x_id, external_id, address_google, profile_meta, email_domain,
    us_state, unusable, contact_version, computed_at
  )
  SELECT
    s.customer_id, s.email_plain, s.email_google, s.phone_e164, s.phone_digits, s.mobile_id_plain,
    s.mobile_id_hashed, s.x_handle, s.x_id, s.external_id, s.address_google, s.profile_meta,
    s.email_domain, s.us_state, s.unusable, s.contact_version, :now
  FROM identity_staging s
  -- Nobody who was erased since they were read.
  JOIN customer ON customer.customer_id = s.customer_id
  ON CONFLICT (customer_id) DO UPDATE SET
    email_plain = excluded.email_plain,
    email_google = excluded.email_google,
    phone_e164 = excluded.phone_e164,
    phone_digits = excluded.phone_digits,
    mobile_id_plain = excluded.mobile_id_plain,
    mobile_id_hashed = excluded.mobile_id_hashed,
    x_handle = excluded.x_handle,
    x_id = excluded.x_id,
    external_id = excluded.external_id,
    address_google = excluded.address_google,
    profile_meta = excluded.profile_meta,
    email_domain = excluded.email_domain,
    us_state = excluded.us_state,
    unusable = excluded.unusable,
    contact_version = excluded.contact_version,
    computed_at = excluded.computed_at
  WHERE identity.contact_version <= excluded.contact_version
  RETURNING customer_id, contact_version
)
UPDATE customer SET identity_stale = false
FROM stored
WHERE customer.customer_id = stored.customer_id
  AND customer.contact_version = stored.contact_version
