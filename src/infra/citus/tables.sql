-- Our tables; customer-keyed is one whose primary key holds customer_id.
SELECT
  t.relname AS name,
  EXISTS (
    SELECT 1
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = t.oid AND i.indisprimary AND a.attname = 'customer_id'
  ) AS keyed
FROM pg_class t
WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
ORDER BY t.relname
