import { isMap, isSeq, parseDocument } from 'yaml';
import { auditRegions, bucketRegions, type Config, observerRegions } from '../src/model/config.ts';

/** Functions that have something to do only in some Regions; every other is needed wherever buckets are. */
const OBSERVERS: readonly string[] = ['probe', 'steer'];
const AUDITORS: readonly string[] = ['audit-plan', 'audit-shard', 'audit-report'];
const EVERYWHERE: readonly string[] = ['send-alerts'];

/** Variables that name queues, which only stacks with buckets have. */
const OF_LANES: readonly string[] = ['LOOKS_QUEUE_URL', 'READS_QUEUE_URL', 'POISON_QUEUE_URL', 'PEER_QUEUE_NAME'];

/** Whether a Region needs a function. */
function isNeeded(name: string, region: string, config: Pick<Config, 'pairs' | 'mraps' | 'audits'>): boolean {
  if (OBSERVERS.includes(name)) return observerRegions(config).includes(region);
  if (AUDITORS.includes(name)) return auditRegions(config).includes(region);
  return EVERYWHERE.includes(name) || bucketRegions(config).includes(region);
}

/** serverless.yml as a Region needs it: without the functions that have nothing to do there, and what only they use. */
export function tailor(text: string, region: string, config: Pick<Config, 'pairs' | 'mraps' | 'audits'>): string {
  const document = parseDocument(text, { logLevel: 'error' }); // CloudFormation's tags stay as they are
  const functions = document.get('functions');
  if (!isMap(functions)) throw new Error('expected serverless.yml to list functions, got none');
  const names = functions.items.map(({ key }) => String(key));
  for (const name of names.filter((each) => !isNeeded(each, region, config))) functions.delete(name);
  if (bucketRegions(config).includes(region)) return document.toString();
  for (const name of OF_LANES) document.deleteIn(['provider', 'environment', name]);
  const resources = document.get('resources');
  if (isSeq(resources)) resources.items = resources.items.filter((item) => !isMap(item)); // settings of functions
  return document.toString();
}
