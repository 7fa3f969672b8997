UPDATE batch SET tallied = true WHERE id = ANY (:ids::bigint[])
