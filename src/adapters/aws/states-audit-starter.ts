import { partitionOf, regionOf } from '../../model/arn.ts';
import type { AuditStarter } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { signPost } from './sign-post.ts';
import { translateError } from './translate-error.ts';

export interface StarterOptions {
  /** Of another server than AWS. */
  readonly endpoint?: string;
  readonly now: () => Date;
}

/**
 * Starts state machines by their API, with the credentials of the other clients: one request needs no client of its own.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function createStatesAuditStarter(
  clients: Pick<Clients, 'dynamodb'>,
  { endpoint, now }: StarterOptions,
): AuditStarter {
  return {
    async start(machineArn, input, { signal }) {
      const region = regionOf(machineArn);
      const url = new URL(endpoint ?? `https://states.${region}.${suffixOf(region)}/`);
      const { credentials, systemClockOffset } = clients.dynamodb(region).config;
      const body = JSON.stringify({ stateMachineArn: machineArn, input: JSON.stringify(input) });
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.StartExecution',
      };
      const at = new Date(now().getTime() + systemClockOffset); // what the SDK knows of the servers' clock
      try {
        const post = { service: 'states', region, host: url.host, headers, body, at };
        const { host: _, ...sent } = signPost(post, await credentials()); // whoever sends it names the host
        const response = await fetch(new URL('/', url), { method: 'POST', headers: sent, body, signal });
        const answer = toAnswer(await response.text());
        if (response.ok && answer['executionArn'] !== undefined) return answer['executionArn'];
        throw Object.assign(new Error(answer['message'] ?? `an answer with status ${response.status}`), {
          name: /[^#]*$/.exec(answer['__type'] ?? '')?.[0] ?? '',
          $metadata: { httpStatusCode: response.status },
        });
      } catch (error) {
        throw translateError(error, 'AuditStarter.start');
      }
    },
  };
}

function suffixOf(region: string): string {
  return partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

type Answer = Readonly<Record<string, string | undefined>>;

/** What stands between us and the service may answer in another language. */
function toAnswer(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    const members = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
    return Object.fromEntries(members.filter((each): each is [string, string] => typeof each[1] === 'string'));
  } catch {
    return {};
  }
}
