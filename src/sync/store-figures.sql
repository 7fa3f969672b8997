UPDATE run SET
  state = :state::text,
  in_segment = :in_segment::int,
  unreachable = :unreachable::int,
  no_consent = :no_consent::int,
  suppressed = :suppressed::int,
  held_out_global = :held_out_global::int,
  held_out = :held_out::int,
  wanted = :wanted::int,
  unchanged = :unchanged::int,
  added = :added::int,
  changed = :changed::int,
  removed = :removed::int
WHERE id = :run_id::bigint
