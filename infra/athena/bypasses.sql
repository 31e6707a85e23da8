-- Who reads and writes past the Multi-Region Access Point: these stay with the Region that a failover leaves.
SELECT
  bucket,
  requester,
  operation,
  count(*) AS requests,
  min(user_agent) AS a_user_agent
FROM {{database}}.{{table}}
WHERE bucket IN ({{buckets}})
  AND operation LIKE 'REST.%.OBJECT%'
  AND coalesce(access_point_arn, '-') <> '{{access_point_arn}}'
GROUP BY 1, 2, 3
ORDER BY requests DESC, 1, 2, 3
LIMIT 1000;
