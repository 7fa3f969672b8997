INSERT INTO audit (at, actor, verb, object_kind, object_name, before, after)
VALUES (
  :at::timestamptz, :actor::text, :verb::text, :object_kind::text, :object_name::text,
  :before::jsonb, :after::jsonb
)
