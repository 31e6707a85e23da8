import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HoldfastError } from '../errors.ts';
import { formatObject, type ObjectRef } from '../model/object.ts';
import { severityOf } from '../policy/severity.ts';
import type { Call } from '../ports.ts';
import { compareFile, type LocalFile } from './compare-file.ts';
import { readFindings } from './findings-document.ts';
import { gravest, inspectObject, type ObjectVerdict } from '../audit/inspect-object.ts';
import type { ExitCode, Io } from './io.ts';
import { countBytes, countChunks } from './local-ports.ts';
import { printable } from './printable.ts';
import { createProgress, type Progress } from './progress.ts';
import { renderVerdict } from './render-verdict.ts';
import type { Services } from './services.ts';
import { toRecord } from './verdict-record.ts';

export interface VerifyObject {
  readonly object: ObjectRef;
  /** Read the bytes. */
  readonly content: boolean;
  /** Path of a local file that is the witness. */
  readonly against?: string;
  readonly json: boolean;
}

/** `holdfast verify s3://bucket/key`: one object version. */
export async function verifyObject(asked: VerifyObject, services: Services, io: Io): Promise<ExitCode> {
  const call = { signal: io.signal };
  const file = asked.against === undefined ? undefined : await openFile(asked.against, io);
  const progress = createProgress(io.stderr, services.clock);
  const objects = countBytes(services.objects, (count) => progress.addBytes(count));
  try {
    const verdict = await judge(asked, file, { services: { ...services, objects }, progress, call });
    if (isMissing(verdict)) {
      progress.say(`holdfast: ${await describeMissing(verdict.object, services, call)}`);
      if (asked.json) io.stdout.write(`${JSON.stringify(toRecord(verdict))}\n`);
      return 2;
    }
    progress.end();
    io.stdout.write(asked.json ? `${JSON.stringify(toRecord(verdict))}\n` : renderVerdict(verdict, readFindings()));
    return toExitCode(verdict);
  } finally {
    progress.end();
  }
}

export function toExitCode({ verdict }: Pick<ObjectVerdict, 'verdict'>): ExitCode {
  if (verdict === 'violated') return 1;
  return verdict === 'verified' ? 0 : 2;
}

interface Means {
  readonly services: Services;
  readonly progress: Progress;
  readonly call: Call;
}

async function judge(asked: VerifyObject, file: LocalFile | undefined, means: Means): Promise<ObjectVerdict> {
  const { services, progress, call } = means;
  const question = {
    object: asked.object,
    reach: asked.content ? 'content' : 'recorded',
    headFirst: true,
    say: (text: string) => progress.say(printable(text)),
  } as const;
  const verdict = await inspectObject(question, services, call);
  if (file === undefined || verdict.state === undefined) return verdict;
  const { object, state, facts } = verdict;
  const parts = await services.objects.parts(object, { sizeBytes: state.sizeBytes, exact: true, ...call });
  const findings = await compareFile(
    { ...file, open: () => countChunks(file.open(), (count) => progress.addBytes(count)) },
    {
      subject: { kind: 'object-version', object },
      state,
      parts: parts.state === 'present' ? parts.value : [],
      content: facts.content ?? { state: 'absent' },
    },
    call.signal,
  );
  const all = [...verdict.judgements.map((judgement) => judgement.finding), ...findings];
  const judged = findings.map((finding) => ({ finding, severity: severityOf(finding, all) }));
  // A file that was compared with the bytes is what was missing.
  const compared = findings.some(({ basis }) => basis === 'computed-checksum');
  const known = verdict.judgements.filter(({ finding }) => !compared || finding.code !== 'checksum-missing');
  const judgements = [...known, ...judged];
  return { ...verdict, judgements, verdict: gravest(judgements) };
}

async function openFile(path: string, { cwd }: Pick<Io, 'cwd'>): Promise<LocalFile> {
  const full = resolve(cwd, path);
  try {
    const { size, ...found } = await stat(full).then((s) => ({ size: s.size, isFile: s.isFile() }));
    if (!found.isFile) throw new HoldfastError('invalid-config', 'cli', `expected a file, ${path} is none`);
    return { path, sizeBytes: size, open: () => createReadStream(full, { highWaterMark: 1024 * 1024 }) };
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new HoldfastError('invalid-config', 'cli', `${path} cannot be read: ${reason}`, { cause });
  }
}

function isMissing({ state, facts }: ObjectVerdict): boolean {
  return state === undefined && facts.source?.state === 'absent';
}

/** A 404 does not say why; the list of versions does. */
async function describeMissing(object: ObjectRef, { versions }: Services, call: Call): Promise<string> {
  const name = printable(formatObject(object));
  if (object.versionId !== undefined) return `there is no version ${name}: it was deleted, or is a delete marker`;
  try {
    for await (const { object: found } of versions.list({ ...object, prefix: object.key }, call)) {
      if (found.key !== object.key) break;
      const newest = printable(formatObject(found));
      return `a delete marker hides ${name}; its newest version with content is ${newest}`;
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error; // not allowed to list: then less is known
  }
  return `there is no object ${name}: keys are taken literally and never URL-decoded`;
}
