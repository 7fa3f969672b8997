SELECT count(*)::int AS members FROM membership WHERE audience_id = :audience_id::uuid AND keys <> '{}'
