-- Uploads whose bytes did not fit their digest. S3 stored nothing and sent no event.
SELECT
  bucket,
  requester,
  error_code,
  count(*) AS requests,
  min(key) AS a_key,
  min(user_agent) AS a_user_agent
FROM {{database}}.{{table}}
WHERE error_code IN (
  'BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch', 'IncompleteBody'
)
GROUP BY 1, 2, 3
ORDER BY requests DESC, 1, 2, 3
LIMIT 1000;
