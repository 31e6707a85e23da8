import { AwsError } from '../aws-error.ts';
import type { Platform } from '../platform.ts';
import { randomText } from '../random.ts';
import type { S3Service } from '../s3/s3-service.ts';
import type { AccessPoint, AccessPointPlan, PointRoute } from './access-point.ts';

/** One update of a submission: the bucket is named by itself or by its Region. */
export interface RouteUpdate {
  readonly bucket?: string;
  readonly region?: string;
  readonly dial: number;
}

/** All Multi-Region Access Points of all accounts. Refusals are `AwsError`s as S3 Control says them. */
export interface AccessPointRegister {
  /** Called again with the same name and buckets it changes how long traffic takes to follow, and nothing else. */
  create(account: string, plan: AccessPointPlan): AccessPoint;
  /** Throws where there is none of this name. */
  remove(account: string, name: string): void;
  find(account: string, name: string): AccessPoint | undefined;
  /** By ARN or alias. */
  resolve(arnOrAlias: string): AccessPoint | undefined;
  all(): readonly AccessPoint[];
  /** Takes all updates or none; the traffic follows later. */
  submit(point: AccessPoint, updates: readonly RouteUpdate[]): void;
}

/** AWS says that traffic follows typically within two minutes. */
const PROPAGATION_MS = 30_000;

/** How long the control plane is at work on a change, and refuses another. */
const BUSY_MS = 500;

const NAME = /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/;
const ALIAS = /^[a-z0-9]{4,24}\.mrap$/;
const MOST_BUCKETS = 17;

export function createAccessPointRegister(
  { clock, random }: Pick<Platform, 'clock' | 'random'>,
  s3: Pick<S3Service, 'buckets' | 'ownership'>,
): AccessPointRegister {
  const points = new Map<string, AccessPoint>();

  function toRoutes({ buckets, active = buckets }: AccessPointPlan): readonly PointRoute[] {
    const known = new Map(s3.buckets().map(({ name, region }) => [name, region]));
    const routes = buckets.map((bucket) => {
      const region = known.get(bucket);
      if (region === undefined) throw invalid(`The bucket ${bucket} does not exist`);
      return { bucket, region, dial: active.includes(bucket) ? 100 : 0 };
    });
    if (routes.length === 0 || routes.length > MOST_BUCKETS)
      throw invalid(`A Multi-Region Access Point has 1 to ${MOST_BUCKETS} buckets`);
    if (new Set(routes.map(({ region }) => region)).size < routes.length)
      throw invalid('A Multi-Region Access Point has one bucket per Region');
    const stranger = active.find((bucket) => !buckets.includes(bucket));
    if (stranger !== undefined) throw invalid(`The bucket ${stranger} is not behind the access point`);
    return requireActive(routes);
  }

  return {
    create(account, plan) {
      const { name, propagationMs = PROPAGATION_MS } = plan;
      const id = `${account} ${name}`;
      const existing = points.get(id);
      if (existing !== undefined) {
        update(existing, plan);
        return existing;
      }
      if (!NAME.test(name)) throw invalid(`The name ${name} is none of a Multi-Region Access Point`);
      const alias = plan.alias ?? `${randomText(random, 13, 'abcdefghijklmnopqrstuvwxyz0123456789')}.mrap`;
      if (!ALIAS.test(alias)) throw invalid(`The alias ${alias} is none of a Multi-Region Access Point`);
      if ([...points.values()].some((other) => other.alias === alias)) throw invalid(`The alias ${alias} is taken`);
      const routes = toRoutes(plan);
      const point: AccessPoint = {
        name,
        alias,
        arn: `arn:aws:s3::${account}:accesspoint/${alias}`,
        account,
        createdAtMs: clock.now(),
        propagationMs,
        routes,
        effective: routes,
        busyUntilMs: 0,
      };
      points.set(id, point);
      return point;
    },
    remove(account, name) {
      if (!points.delete(`${account} ${name}`)) throw noSuchPoint();
    },
    find: (account, name) => points.get(`${account} ${name}`),
    resolve: (id) => [...points.values()].find(({ arn, alias }) => arn === id || alias === id),
    all: () => [...points.values()],
    submit(point, updates) {
      const next = requireActive(apply(point.routes, updates));
      if (clock.now() < point.busyUntilMs)
        throw new AwsError(
          'OperationAborted',
          409,
          'A conflicting operation is currently in progress against this resource. Please try again.',
        );
      point.routes = next;
      point.busyUntilMs = clock.now() + BUSY_MS;
      clock.schedule(point.propagationMs, () => {
        point.effective = next;
      });
    },
  };
}

/** Nothing else of an access point can be changed. */
function update(existing: AccessPoint, { buckets, alias = existing.alias, propagationMs }: AccessPointPlan): void {
  const same = existing.routes.map(({ bucket }) => bucket).join(' ') === buckets.join(' ');
  if (!same || alias !== existing.alias)
    throw new AwsError('MultiRegionAccessPointAlreadyOwnedByYou', 409, 'There is such an access point already');
  existing.propagationMs = propagationMs ?? existing.propagationMs;
}

/** Buckets that no update names stay as they are. */
function apply(routes: readonly PointRoute[], updates: readonly RouteUpdate[]): readonly PointRoute[] {
  if (updates.length === 0) throw invalid('At least one route must be updated');
  const dials = new Map<string, number>();
  for (const { bucket, region, dial } of updates) {
    if (dial !== 0 && dial !== 100) throw invalid('TrafficDialPercentage must be 0 or 100');
    if (bucket === undefined && region === undefined) throw invalid('A route names a bucket or a Region');
    const found = routes.find(
      (route) => (bucket ?? route.bucket) === route.bucket && (region ?? route.region) === route.region,
    );
    if (found === undefined) throw invalid(`${bucket ?? ''} ${region ?? ''} is not behind the access point`.trim());
    if (dials.has(found.bucket)) throw invalid(`The route of ${found.bucket} is updated twice`);
    dials.set(found.bucket, dial);
  }
  return routes.map((route) => ({ ...route, dial: dials.get(route.bucket) ?? route.dial }));
}

function requireActive(routes: readonly PointRoute[]): readonly PointRoute[] {
  if (routes.some(({ dial }) => dial > 0)) return routes;
  throw invalid('At least one Region must be active');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequest', 400, message);
}

/** What every operation says about an access point that is not there. */
export function noSuchPoint(): AwsError {
  return new AwsError('NoSuchMultiRegionAccessPoint', 404, 'The specified Multi-Region Access Point does not exist');
}
