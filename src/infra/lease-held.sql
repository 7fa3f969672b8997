-- The lease of another process, if one holds it.
SELECT key FROM lease
WHERE key = :key::text AND expires_at > clock_timestamp() AND holder <> :holder::text
