import { Command } from 'commander';
import { nearest } from '../config/nearest.ts';
import { findReason } from '../model/failure-reason.ts';
import { type FindingText, readFindings } from './findings-document.ts';
import type { Io } from './io.ts';

/** `holdfast explain [CODE]`: what a finding, or a reason that it gives, means and what to do about it. */
export function explainCommand(io: Io): Command {
  return new Command('explain')
    .description('explain a finding code or a reason, or list all of them')
    .argument('[code]', 'a finding code, a reason such as `archived`, or a failureReason of S3; in any case')
    .option('--json', 'one JSON object to a line', false)
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast explain\n  holdfast explain content-differs-from-checksum\n  holdfast explain DstKmsKeyInvalidState\n',
    )
    .action((code: string | undefined, { json }: { json: boolean }) => {
      const all = readFindings();
      const wanted = code === undefined ? undefined : (findReason(code) ?? code.toLowerCase());
      const shown = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
      if (shown.length === 0 && code !== undefined) {
        io.stderr.write(`holdfast: there is no finding ${JSON.stringify(code)}${suggestion(code, all)}\n`);
        io.exit(2);
        return;
      }
      if (json) for (const section of shown) io.stdout.write(`${JSON.stringify(section)}\n`);
      else io.stdout.write(code === undefined ? listAll(all) : shown.map((section) => page(section)).join('\n'));
    });
}

function page({ name, parent, text }: FindingText): string {
  return `${parent === undefined ? name : `${parent}: ${name}`}\n\n${text}\n`;
}

function listAll(all: readonly FindingText[]): string {
  const width = Math.max(...all.map(({ name }) => name.length)) + 4;
  let family = '';
  const lines = all.flatMap(({ name, parent, family: of, summary }) => {
    const heading = of === family ? [] : ['', of];
    family = of;
    const label = `${parent === undefined ? '  ' : '    '}${name}`;
    return [...heading, `${label.padEnd(width + 2)}${firstSentence(summary)}`];
  });
  return `${lines.join('\n').trimStart()}\n`;
}

function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

/** Names that resemble what was typed, or contain it. */
function suggestion(typed: string, all: readonly FindingText[]): string {
  const names = all.map(({ name }) => name);
  const close = nearest(typed, names);
  const containing = names.filter((name) => typed.length > 2 && name.toLowerCase().includes(typed.toLowerCase()));
  const found = [...new Set([...(close === undefined ? [] : [close]), ...containing])];
  if (found.length === 0) return '; `holdfast explain` lists all';
  return `; did you mean ${found.join(', ')}?`;
}
