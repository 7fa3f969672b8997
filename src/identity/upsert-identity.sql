-- Stores computed identities from the staging table, and marks their customers as current unless
-- their contact details changed again since they were read.
WITH stored AS (
  INSERT INTO identity (
    customer_id, email_plain, email_google, phone_e164, phone_digits, email_domain,
    unusable, contact_version, computed_at
  )
  SELECT
    customer_id, email_plain, email_google, phone_e164, phone_digits, email_domain,
    unusable, contact_version, :now
  FROM identity_staging
  ON CONFLICT (customer_id) DO UPDATE SET
    email_plain = excluded.email_plain,
    email_google = excluded.email_google,
    phone_e164 = excluded.phone_e164,
    phone_digits = excluded.phone_digits,
    email_domain = excluded.email_domain,
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
