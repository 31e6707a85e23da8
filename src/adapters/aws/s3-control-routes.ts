import type { MultiRegionAccessPointRoute } from '@aws-sdk/client-s3-control';
import { HoldfastError } from '../../errors.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { Route, RouteTable } from '../../model/routing.ts';
import type { Clock, MrapRoutes, RouteCall, RouteSubmission } from '../../ports.ts';
import { toFailure, translateError } from './translate-error.ts';
import type { WatchClients } from './watch-clients.ts';

/**
 * The only Regions that know routes. The one that most of AWS's own control planes are in comes late.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapFailover.html
 */
const CONTROL_REGIONS: readonly string[] = ['us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2', 'us-east-1'];

/** A control plane that is in trouble may not answer at all; four more are to be asked in the time that an outage leaves. */
const PATIENCE_MS = 5000;

interface RouteOptions {
  /** How long one of the control Regions is given. */
  readonly patienceMs?: number;
}

/** Routes of Multi-Region Access Points, read from and submitted to the control plane of S3. */
export function createS3ControlRoutes(
  clients: Pick<WatchClients, 's3control'>,
  clock: Clock,
  { patienceMs = PATIENCE_MS }: RouteOptions = {},
): MrapRoutes {
  const inTurn = askInTurn(patienceMs);
  /** The commands come with the client, which is loaded when somebody looks at routes. */
  const connect = async (region: string) =>
    Promise.all([clients.s3control(region), import('@aws-sdk/client-s3-control')] as const);
  return {
    read: async (mrapArn, call) =>
      inTurn('MrapRoutes.read', call, async (region, abortSignal): Promise<Observation<RouteTable>> => {
        const [client, { GetMultiRegionAccessPointRoutesCommand }] = await connect(region);
        const command = new GetMultiRegionAccessPointRoutesCommand({ AccountId: accountOf(mrapArn), Mrap: mrapArn });
        try {
          const { Routes: routes = [] } = await client.send(command, { abortSignal });
          return present({ routes: routes.map(toRoute), at: clock.now(), readFrom: region });
        } catch (error) {
          const { status } = toFailure(error);
          if (status === 404) return { state: 'absent' };
          if (status === 403) return { state: 'unreadable', reason: 'access-denied' };
          throw error;
        }
      }),
    submit: async (mrapArn, updates, call) =>
      inTurn('MrapRoutes.submit', call, async (region, abortSignal): Promise<RouteSubmission> => {
        const [client, { SubmitMultiRegionAccessPointRoutesCommand }] = await connect(region);
        const command = new SubmitMultiRegionAccessPointRoutesCommand({
          AccountId: accountOf(mrapArn),
          Mrap: mrapArn,
          RouteUpdates: updates.map((route) => ({
            Bucket: route.bucket,
            Region: route.region,
            TrafficDialPercentage: route.dial,
          })),
        });
        try {
          await client.send(command, { abortSignal });
          return { kind: 'accepted', by: region };
        } catch (error) {
          return toSubmission(error);
        }
      }),
  };
}

/**
 * Asks one control Region after the other for as long as none answers. A change is the same wherever it is submitted, so that one
 * which was taken without an answer is only made once more, or refused as concurrent.
 */
function askInTurn(
  patienceMs: number,
): <T>(operation: string, call: RouteCall, ask: (region: string, signal: AbortSignal) => Promise<T>) => Promise<T> {
  return async (operation, { avoid, signal }, ask) => {
    let last: HoldfastError | undefined;
    for (const region of CONTROL_REGIONS.toSorted((a, b) => Number(a === avoid) - Number(b === avoid))) {
      try {
        return await ask(region, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
      } catch (error) {
        last = translateError(error, `${operation} in ${region}`);
        if (signal.aborted || !isWorthAnother(last)) throw last;
      }
    }
    throw last ?? new HoldfastError('unexpected', operation, 'expected a control Region, got none');
  };
}

function isWorthAnother({ kind }: HoldfastError): boolean {
  return kind === 'throttled' || kind === 'unavailable' || kind === 'unexpected';
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_SubmitMultiRegionAccessPointRoutes.html */
function toSubmission(error: unknown): RouteSubmission {
  const { status, code, message } = toFailure(error);
  if (status === 409) return { kind: 'conflict' };
  const failed = translateError(error, 'MrapRoutes.submit');
  const isFinal = status !== undefined && status < 500 && failed.kind === 'unexpected';
  if (isFinal) return { kind: 'refused', reason: `${code}: ${message}` };
  throw failed;
}

function toRoute({ Bucket, Region, TrafficDialPercentage: dial }: MultiRegionAccessPointRoute): Route {
  if (Bucket !== undefined && Region !== undefined && dial !== undefined)
    return { bucket: Bucket, region: Region, dial };
  throw new HoldfastError('unexpected', 'MrapRoutes.read', `expected a bucket, a Region and a dial, got ${Bucket}`);
}

/** The account of an access point is in its ARN. */
function accountOf(mrapArn: string): string {
  return mrapArn.split(':')[4] ?? '';
}
