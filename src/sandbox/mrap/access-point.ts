/** A bucket behind a Multi-Region Access Point, and how much traffic it gets: 0 or 100. */
export interface PointRoute {
  readonly bucket: string;
  readonly region: string;
  readonly dial: number;
}

/** What somebody wants to have; the sandbox chooses what is left out. */
export interface AccessPointPlan {
  readonly name: string;
  /** Of one Region each. */
  readonly buckets: readonly string[];
  /** Ends in `.mrap`; known before where a configuration is to name it. */
  readonly alias?: string;
  /** Buckets that get traffic; absent: all. */
  readonly active?: readonly string[];
  /** How long the traffic takes to follow a change of routes. */
  readonly propagationMs?: number;
}

/** A Multi-Region Access Point: several buckets under one name. */
export interface AccessPoint {
  readonly name: string;
  /** Ends in `.mrap`. */
  readonly alias: string;
  readonly arn: string;
  readonly account: string;
  readonly createdAtMs: number;
  propagationMs: number;
  /** As the control plane has taken them, in the order of creation. */
  routes: readonly PointRoute[];
  /** As the traffic follows them, which is some time later. */
  effective: readonly PointRoute[];
  /** Until then the control plane takes no other change. */
  busyUntilMs: number;
}

/** What the status and the control API show of one. */
export type AccessPointReport = Pick<AccessPoint, 'name' | 'alias' | 'arn' | 'propagationMs' | 'routes' | 'effective'>;

/** Multi-Region Access Points of the sandbox's account. */
export interface AccessPoints {
  /** Called again with the same name and buckets it changes how long traffic takes to follow. Throws what S3 Control would refuse. */
  create(plan: AccessPointPlan): AccessPointReport;
  remove(name: string): void;
  all(): readonly AccessPointReport[];
}

/** Without what is nobody's business outside. */
export function describePoint(point: AccessPoint): AccessPointReport {
  const { name, alias, arn, propagationMs, routes, effective } = point;
  return { name, alias, arn, propagationMs, routes, effective };
}
