-- Who removed what under a prefix: requesters, and lifecycle rules (S3.EXPIRE.OBJECT, S3.CREATE.DELETEMARKER).
SELECT
  request_time,
  bucket,
  key,
  version_id,
  operation,
  CASE WHEN operation LIKE 'S3.%' THEN 'lifecycle' ELSE requester END AS removed_by,
  remote_ip,
  user_agent
FROM {{database}}.{{table}}
WHERE (operation LIKE '%.DELETE.OBJECT' OR operation LIKE 'S3.EXPIRE.%' OR operation LIKE 'S3.CREATE.DELETEMARKER%')
  AND http_status IN ('-', '200', '204')
  AND bucket = '{{bucket}}'
  AND key LIKE '{{prefix}}%'
ORDER BY request_time, key
LIMIT 10000;
