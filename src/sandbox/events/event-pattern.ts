import { AwsError, notImplemented } from '../aws-error.ts';
import { isRecord } from '../record.ts';
import { problemsOfFilter, type FilterPolicy } from '../sns/filter-policy.ts';

/**
 * Reads an event pattern, whose conditions are those of SNS as far as the sandbox knows them. Refuses the others by name.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function parseEventPattern(text: string): FilterPolicy {
  const pattern = parseObject(text);
  const [problem] = problemsOfFilter(pattern, 'MessageBody');
  if (problem !== undefined) throw notImplemented(`in an event pattern: ${problem}`);
  return pattern;
}

function parseObject(text: string): FilterPolicy {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed) && Object.keys(parsed).length > 0) return parsed;
  } catch {
    // Said below, as whatever else is no pattern.
  }
  throw new AwsError('InvalidEventPatternException', 400, 'Event pattern is not valid. Reason: expected an object');
}
