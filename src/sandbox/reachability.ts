import type { FaultRegister } from './faults.ts';
import type { Fault, Faults, FaultTarget } from './service.ts';

/** A request on its way; `from` is the Region of the caller, where that is in one. */
export type Passage = FaultTarget & { readonly region: string };

/**
 * The fault that keeps a request from being answered, if there is one: the Region or a service of it is out, the caller's own Region
 * is, or the two cannot reach each other.
 */
export function takeDisruption(faults: FaultRegister, passage: Passage): Fault | undefined {
  const { from, region } = passage;
  const cutOff = from === undefined ? undefined : (takePartition(faults, from, region) ?? ownOutage(faults, from));
  return cutOff ?? faults.take('region-outage', passage);
}

/** Nothing leaves a Region that is out as a whole; what its functions still run finds nobody. */
function ownOutage(faults: FaultRegister, region: string): Fault | undefined {
  const outage = faults.peek('region-outage', { region });
  return outage === undefined ? undefined : { ...outage, drop: true };
}

/** Between two Regions, in either direction; within one there is none. */
export function takePartition(faults: Faults, a: string, b: string): Fault | undefined {
  if (a === b) return undefined;
  const found = faults.take('partition', { from: a, region: b }) ?? faults.take('partition', { from: b, region: a });
  return found === undefined || found.hang === true ? found : { ...found, drop: true };
}

/** Whether no connection to a bucket comes about. Errors that S3 answers with are no such thing. */
export function isCutOff(
  faults: FaultRegister,
  from: string | undefined,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): boolean {
  const outage = faults.peek('region-outage', { region, bucket, service: 's3', operation: 'GetObject' });
  if (outage?.drop === true || outage?.hang === true) return true;
  return from !== undefined && isPartitioned(faults, from, region);
}

/** Whether two Regions cannot reach each other. */
export function isPartitioned(faults: FaultRegister, a: string, b: string): boolean {
  if (a === b) return false;
  return faults.has('partition', { from: a, region: b }) || faults.has('partition', { from: b, region: a });
}
