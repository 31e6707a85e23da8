import type { Call, ListedVersion } from '../ports.ts';
import { readFindings } from './findings-document.ts';
import { inspectObject, type ObjectVerdict } from '../audit/inspect-object.ts';
import type { Io } from './io.ts';
import { countBytes } from './local-ports.ts';
import type { ObjectUrl } from './object-url.ts';
import { printable } from './printable.ts';
import { createProgress } from './progress.ts';
import { renderVerdict } from './render-verdict.ts';
import type { Services } from './services.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { createTally } from './tally.ts';
import { toRecord } from './verdict-record.ts';

export interface VerifyPrefix {
  /** The key is the prefix. */
  readonly prefix: ObjectUrl;
  readonly content: boolean;
  /** Noncurrent versions too. */
  readonly allVersions: boolean;
  /** Objects looked at at once. */
  readonly concurrency: number;
  readonly json: boolean;
}

/** Violated objects that are shown in full; the rest is only counted. */
const MOST_SHOWN = 20;

/**
 * `holdfast verify --prefix`: every version in the order of S3's listing, with constant memory. Prints what is violated as it is
 * found, and a table at the end; as NDJSON a line for every version, and one that sums up.
 */
export async function verifyPrefix(asked: VerifyPrefix, services: Services, io: Io): Promise<void> {
  const { prefix, content, json } = asked;
  const call: Call = { signal: io.signal };
  const region = await services.regionOf(prefix.bucket, call);
  const progress = createProgress(io.stderr, services.clock);
  const tally = createTally();
  const texts = json ? [] : readFindings();
  const objects = countBytes(services.objects, (count) => progress.addBytes(count));
  let shown = 0;

  function show(verdict: ObjectVerdict): void {
    if (json) io.stdout.write(`${JSON.stringify(toRecord(verdict))}\n`);
    else if (verdict.verdict === 'violated' && shown < MOST_SHOWN) {
      shown += 1;
      progress.end();
      io.stdout.write(`${renderVerdict(verdict, texts)}\n`);
    }
  }

  async function inspect({ object }: ListedVersion): Promise<void> {
    const verdict = await inspectObject(
      {
        object,
        reach: content ? 'content' : 'recorded',
        headFirst: false,
        say: (text) => progress.say(printable(text)),
      },
      { ...services, objects },
      call,
    );
    tally.add(verdict);
    show(verdict);
    progress.addObject();
  }

  const listed = services.versions.list({ bucket: prefix.bucket, region, prefix: prefix.key }, call);
  const wanted = asked.allVersions ? listed : onlyLatest(listed);
  const failure = await forEachBounded(wanted, { concurrency: asked.concurrency }, inspect).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  progress.end();
  const complete = failure === undefined;
  io.stdout.write(json ? `${JSON.stringify(tally.toRecord({ complete }))}\n` : tally.render({ complete, shown }));
  io.exit(tally.exitCode()); // what was found before an error stays found
  if (failure !== undefined) throw failure.error;
}

async function* onlyLatest(versions: AsyncIterable<ListedVersion>): AsyncGenerator<ListedVersion> {
  for await (const version of versions) if (version.isLatest) yield version;
}
