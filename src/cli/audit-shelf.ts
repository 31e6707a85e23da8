import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import type { AuditPlan } from '../model/audit-records.ts';
import { HoldfastError } from '../errors.ts';
import type { ReportLock } from '../model/config.ts';
import { formatObject } from '../model/object.ts';
import type { Call } from '../ports.ts';
import { PAGE, PLAN, REPORT, SUMMARY } from './audit-report.ts';
import { parseDurationOption } from './duration-option.ts';
import { invalidUrl, parseObjectUrl } from './object-url.ts';
import type { Services } from './services.ts';

/** Where a report is put, as a person says it. */
export interface ShelfOptions {
  readonly store?: string;
  readonly lock?: ReportLock['mode'];
  readonly lockFor?: number;
}

/** A place in a bucket for one report. */
export interface Shelf {
  /** Of `report.ndjson`, as `verify-report` takes it. */
  readonly report: string;
  /** Takes the place for this audit; throws `invalid-config` where another one has it. */
  begin(plan: AuditPlan): Promise<void>;
  /** Puts the files of a folder there, and then the summary. Answers where they are, by their versions. */
  put(folder: string, summary: object): Promise<readonly string[]>;
}

export const SHELF_OPTIONS: readonly Option[] = [
  new Option('--store <url>', 's3://bucket/prefix to which the report of --out is copied when it is finished'),
  new Option('--lock <mode>', 'what is stored is kept under Object Lock').choices(['governance', 'compliance']),
  new Option('--lock-for <duration>', 'for so long, such as 365d').argParser(parseDurationOption),
];

const TYPES: Readonly<Record<string, string>> = {
  [REPORT]: 'application/x-ndjson',
  [PAGE]: 'text/html; charset=utf-8',
  [SUMMARY]: 'application/json',
};

/** `undefined`: nothing is to be stored. Throws `invalid-config` where it could not be, before anything is spent. */
export async function openShelf(
  { store, lock, lockFor, out }: ShelfOptions & { readonly out?: string },
  services: Pick<Services, 'reportsIn' | 'regionOf' | 'buckets' | 'clock'>,
  call: Call,
): Promise<Shelf | undefined> {
  if ((lock === undefined) !== (lockFor === undefined)) throw wrong('--lock and --lock-for belong together');
  if (store === undefined) {
    if (lock !== undefined) throw wrong('--lock needs --store');
    return undefined;
  }
  if (out === undefined) throw wrong('--store needs --out: the report is put together there');
  const { bucket: name, key, versionId } = parseObjectUrl(store);
  if (versionId !== undefined) throw invalidUrl(store, 's3://bucket/prefix');
  const bucket = { bucket: name, region: await services.regionOf(name, call) };
  if (lock !== undefined) await requireLock(bucket, services, call);
  const files = services.reportsIn(bucket);
  const keyOf = (file: string): string => `${key === '' || key.endsWith('/') ? key : `${key}/`}${file}`;
  const urlOf = (file: string): string => formatObject({ ...bucket, key: keyOf(file) });
  return {
    report: urlOf(REPORT),
    async begin(plan) {
      const text = JSON.stringify(plan);
      if (await files.create(keyOf(PLAN), text, call)) return;
      const isOurs =
        (await files.get(keyOf(PLAN), call)) === text && (await files.get(keyOf(SUMMARY), call)) === undefined;
      if (!isOurs) throw wrong(`${urlOf('')} holds the report of another audit: name another place`);
    },
    async put(folder, summary) {
      const locked =
        lock === undefined || lockFor === undefined
          ? {}
          : { lock: { mode: lock, until: new Date(services.clock.now().getTime() + lockFor) } };
      const places: string[] = [];
      // The summary as the last: where it is, everything is.
      for (const [file, contentType] of Object.entries(TYPES)) {
        const chunks = file === SUMMARY ? [JSON.stringify(summary)] : createReadStream(join(folder, file), 'utf8');
        const version = await files.write(keyOf(file), chunks, { ...call, ...locked, contentType });
        places.push(
          formatObject({ ...bucket, key: keyOf(file), ...(version === undefined ? {} : { versionId: version }) }),
        );
      }
      return places;
    },
  };
}

/** S3 refuses a lock where the bucket has none, and would do so after the whole audit. */
async function requireLock(
  bucket: { readonly bucket: string; readonly region: string },
  { buckets }: Pick<Services, 'buckets'>,
  call: Call,
): Promise<void> {
  const setting = await buckets.setting(bucket, 'objectLock', call);
  const isKnown = setting.state !== 'unreadable';
  if (isKnown && (setting.state === 'absent' || !setting.value.enabled)) {
    throw wrong(`${bucket.bucket} has no Object Lock: it is enabled on the bucket, before --lock`);
  }
}

function wrong(problem: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', problem);
}
