UPDATE run SET tallied = true WHERE id = ANY (:ids::bigint[])
