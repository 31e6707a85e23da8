-- Which prefixes S3 asked to slow down, when, and whom.
SELECT
  bucket,
  regexp_replace(key, '[^/]*$', '') AS prefix,
  requester,
  count(*) AS requests,
  min(request_time) AS one_at,
  max(request_time) AS another_at
FROM {{database}}.{{table}}
WHERE http_status = '503' AND error_code IN ('SlowDown', 'ServiceUnavailable')
GROUP BY 1, 2, 3
ORDER BY requests DESC, 1, 2, 3
LIMIT 1000;
