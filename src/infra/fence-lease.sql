-- By the clock, and not the beginning of the transaction; locked, so that nobody takes it over meanwhile.
SELECT key FROM lease
WHERE key = :key::text AND token = :token::uuid AND expires_at > clock_timestamp()
FOR UPDATE
