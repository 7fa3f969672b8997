DELETE FROM lease WHERE key = :key::text AND token = :token::uuid
