-- Runs with an end that are in no total yet, held until they are.
SELECT id
FROM run
WHERE NOT tallied AND state NOT IN ('planning', 'delivering')
ORDER BY id
LIMIT :most::int
FOR NO KEY UPDATE
