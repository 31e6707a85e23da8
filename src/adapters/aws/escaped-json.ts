/**
 * JSON without the two characters that SQS refuses and JSON does not escape by itself; keys of S3 can have them.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function escapedJson(json: string): string {
  return json.replaceAll('\uFFFE', String.raw`\uFFFE`).replaceAll('\uFFFF', String.raw`\uFFFF`);
}
