-- KMS refusing S3, from a CloudTrail table as the CloudTrail console creates it. Trails can leave KMS out: then nothing is here.
-- https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-ct.html
SELECT
  awsregion,
  eventname,
  regexp_extract(requestparameters, '"aws:s3:arn" *: *"([^"]+)"', 1) AS object_arn,
  count(*) AS requests,
  min(eventtime) AS first_at,
  max(eventtime) AS last_at
FROM {{database}}.{{table}}
WHERE eventsource = 'kms.amazonaws.com'
  AND errorcode IN ('ThrottlingException', 'Throttling')
  AND requestparameters LIKE '%"aws:s3:arn"%'
GROUP BY 1, 2, 3
ORDER BY requests DESC, 1, 2, 3
LIMIT 1000;
