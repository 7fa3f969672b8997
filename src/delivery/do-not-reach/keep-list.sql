UPDATE destination SET do_not_reach_id = :list_id::text WHERE id = :destination_id::uuid
