-- Takes a lease that nobody has, or whose holder has not renewed it in time.
INSERT INTO lease (key, token, holder, taken_at, expires_at)
VALUES (:key::text, :token::uuid, :holder::text, now(), now() + :lease_ms::float8 * interval '1 ms')
ON CONFLICT (key) DO UPDATE SET
  token = excluded.token,
  holder = excluded.holder,
  taken_at = excluded.taken_at,
  expires_at = excluded.expires_at
WHERE lease.expires_at <= now()
RETURNING key
