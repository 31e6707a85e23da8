import { holdfastCommand } from '../model/shell-command.ts';
import type { AsidePlace } from '../model/set-aside.ts';
import { type Aside, holdEach, type Holding } from './hold-aside.ts';
import { type ExitCode, type Io, worse } from './io.ts';
import type { AsideQuestion } from './poison.ts';
import { formatCount } from './printable.ts';
import { nameOf, renderAside, renderUnseen, toAsideRecord } from './render-aside.ts';
import { type Replayed, replayPlace } from './replay-aside.ts';
import type { Services } from './services.ts';

/** `holdfast poison list`. */
export async function listAside(
  question: AsideQuestion & { readonly limit: number },
  services: Services,
  io: Io,
): Promise<ExitCode> {
  const all = question.places.map(async (place) => {
    const found: Aside[] = [];
    const seen = await holdEach(place, toHolding(question, services, io), async (aside) => {
      if (found.length === question.limit) return 'stop';
      found.push(aside);
      return 'kept';
    });
    return { place, found, seen };
  });
  let [code, total]: [ExitCode, number] = [0, 0];
  for (const { place, found, seen } of await Promise.all(all)) {
    if (seen.state !== 'present') {
      io.stderr.write(renderUnseen(place, question.stage, seen));
      code = worse(code, 2);
      if (found.length === 0) continue;
    }
    const more = found.length === question.limit || seen.state !== 'present' ? ', or more' : '';
    say(question, io, `${nameOf(place)}: ${found.length === 0 ? 'nothing' : `${formatCount(found.length)}${more}`}\n`);
    for (const aside of found) write(question, io, aside, () => renderAside(aside, services.clock.now()));
    total += found.length;
  }
  if (question.json) io.stdout.write(`${JSON.stringify({ kind: 'summary', messages: total })}\n`);
  return total > 0 ? worse(1, code) : code;
}

/** `holdfast poison show`: 2 where a message is not there. */
export async function showAside(
  question: AsideQuestion & { readonly ids: readonly string[] },
  services: Services,
  io: Io,
): Promise<ExitCode> {
  const missing = new Set(question.ids);
  for (const place of question.places) {
    if (missing.size === 0) break;
    const seen = await holdEach(place, toHolding(question, services, io), async (aside) => {
      if (missing.size === 0) return 'stop';
      if (!missing.delete(aside.message.id)) return 'kept';
      const { record } = aside.contents;
      if (question.json) io.stdout.write(`${JSON.stringify({ ...toAsideRecord(aside), record })}\n`);
      else io.stdout.write(`${nameOf(place)}\n${renderAside(aside, services.clock.now())}\n${legible(record)}\n`);
      return 'kept';
    });
    if (seen.state !== 'present') io.stderr.write(renderUnseen(place, question.stage, seen));
  }
  for (const id of missing) io.stderr.write(`there is no message ${id}\n`);
  return missing.size === 0 ? 0 : 2;
}

/** `holdfast poison replay`: without `yes` it only counts. */
export async function replayAside(
  question: AsideQuestion & { readonly ids: readonly string[]; readonly yes: boolean },
  services: Services,
  io: Io,
): Promise<ExitCode> {
  const { ids, yes, stage, json } = question;
  const isWanted = ({ message }: Aside): boolean => ids.length === 0 || ids.includes(message.id);
  const holding = toHolding(question, services, io);
  const all = question.places.map(async (place) => {
    const run = yes ? replayPlace : countPlace;
    return { place, ...(await run(place, holding, isWanted)) };
  });
  let [code, total]: [ExitCode, number] = [0, 0];
  const failures: unknown[] = [];
  for (const { place, sent, back, seen, error } of await Promise.all(all)) {
    total += sent;
    if (seen.state !== 'present') {
      io.stderr.write(renderUnseen(place, stage, seen));
      code = worse(code, 2);
      if (sent + back === 0) continue; // else it went on until a queue stopped answering
    }
    const left = back === 0 ? '' : `, ${formatCount(back)} of the same content left where they are`;
    say(question, io, `${nameOf(place)}: ${formatCount(sent)} ${yes ? 'sent again' : 'would be sent again'}${left}\n`);
    if (json) io.stdout.write(`${JSON.stringify({ kind: 'replay', ...place, done: yes, sent, back })}\n`);
    if (error !== undefined) failures.push(error);
  }
  if (!yes && total > 0) say(question, io, 'Nothing was sent: repair what was wrong, then add --yes.\n');
  if (yes && total > 0 && !json) {
    const again = holdfastCommand('poison list', { stage, ...(isPoison(question) ? {} : { 'dead-letters': true }) });
    io.stdout.write(`What is still wrong with them comes back within minutes: ${again}\n`);
  }
  if (failures.length > 0) throw failures[0];
  return code;
}

const isPoison = ({ places }: AsideQuestion): boolean => places.every(({ queue }) => queue === 'poison');

async function countPlace(place: AsidePlace, holding: Holding, isWanted: (aside: Aside) => boolean): Promise<Replayed> {
  let sent = 0;
  const seen = await holdEach(place, holding, async (aside) => {
    if (isWanted(aside)) sent += 1;
    return 'kept';
  });
  return { sent, back: 0, seen };
}

function toHolding({ stage, before }: AsideQuestion, services: Services, { signal }: Io): Holding {
  return { setAside: services.stack(stage).setAside, signal, ...(before === undefined ? {} : { before }) };
}

function say({ json }: AsideQuestion, { stdout }: Io, text: string): void {
  if (!json) stdout.write(text);
}

function write({ json }: AsideQuestion, { stdout }: Io, aside: Aside, render: () => string): void {
  stdout.write(json ? `${JSON.stringify(toAsideRecord(aside))}\n` : render());
}

/** JSON over several lines with control characters spelled out; anything else as one JSON text. */
function legible(record: string): string {
  try {
    return JSON.stringify(JSON.parse(record), undefined, 2);
  } catch {
    return JSON.stringify(record);
  }
}
