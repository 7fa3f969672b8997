-- What is still held. A lease whose time is over is not had back, whoever has it now.
UPDATE lease SET expires_at = now() + :lease_ms::float8 * interval '1 ms'
FROM unnest(:keys::text[], :tokens::uuid[]) AS held (key, token)
WHERE lease.key = held.key AND lease.token = held.token AND lease.expires_at > now()
RETURNING lease.token
