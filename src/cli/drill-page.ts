import {
  type DrillLeg,
  type DrillReport,
  type DrillStep,
  isDrillPassed,
  rpoShownMs,
  rtoMs,
  stepsOf,
} from '../model/drill.ts';
import type { Route } from '../model/routing.ts';
import { formatDuration } from './duration-option.ts';
import { DRILL_STYLE } from './drill-style.ts';
import { escapeHtml, renderFigures, renderPage } from '../render/html.ts';
import { PAGE_STYLE } from '../render/page-style.ts';
import { formatBytes, formatCount } from './printable.ts';

/** What each step is, for people. */
const STEPS: Readonly<Record<DrillStep, string>> = {
  detect: 'until the probes agreed',
  decide: 'until it was decided',
  accept: 'until S3 took the routes',
  effective: 'until reads proved it',
};

const MARGIN = `What this does not prove: how long S3 of AWS takes to let new routes have effect (it says about two minutes), and how
your clients behave. A drill in the embedded cloud shows that detection, decision, guards and failback work with this configuration.`;

/** The report of a drill as one file: no script, nothing that is fetched, readable on paper. */
export function renderDrillPage(report: DrillReport): string {
  const { mrap, stage, region, startedAt, endedAt, legs, lessons } = report;
  const passed = isDrillPassed(report);
  const title = `Drill of ${mrap}`;
  const body = [
    `<header><h1>${escapeHtml(title)}</h1>`,
    `<p class="verdict ${passed ? 'good' : 'bad'}">${passed ? '✓ Traffic left and came back, both proved' : '✗ It did not come to its end'}</p>`,
    `<p class="muted">${escapeHtml(region)} was out · stage ${escapeHtml(stage)} · ${stamp(startedAt)} to ${stamp(endedAt)}, time of the sandbox</p>`,
    '</header><main>',
    figures(report),
    ...legs.map((leg) => legSection(leg)),
    lessons.length === 0 ? '' : `<section><h2>Lessons</h2><ul>${items(lessons)}</ul></section>`,
    settings(report),
    `<p class="muted">${MARGIN}</p>`,
    '</main>',
  ];
  return renderPage({ title, style: `${PAGE_STYLE}${DRILL_STYLE}`, body });
}

function figures({ legs, settings: { rpoMs } }: DrillReport): string {
  const failover = legs.find(({ kind }) => kind === 'failover');
  const failback = legs.find(({ kind }) => kind === 'failback');
  const risk = failover?.dataAtRisk;
  const rpo = failover === undefined ? undefined : rpoShownMs(failover);
  const back = failback === undefined ? undefined : rtoMs(failback);
  const rows: readonly (readonly [string, string, string])[] = [
    ['RTO', span(failover === undefined ? undefined : rtoMs(failover)), 'from the outage until reads proved it'],
    ['Clients waited', clientOutage(failover), 'reads through the access point'],
    ['RPO', span(rpo), `age of the oldest version that may be missing; budget ${formatDuration(rpoMs)}`],
    ['At risk', countAtRisk(risk?.versions, risk?.bytes), 'known when traffic left'],
    ['Failback', span(back), 'from the end of the outage until proved'],
  ];
  return renderFigures(rows);
}

function legSection(leg: DrillLeg): string {
  const { kind, what, by, from, to, reasons, dataAtRisk, client, failure } = leg;
  const tail = dataAtRisk?.estimatedTail;
  const risk = [
    dataAtRisk?.versions === undefined
      ? 'What would be lost was not known.'
      : `${countAtRisk(dataAtRisk.versions, dataAtRisk.bytes)} not yet there.`,
    dataAtRisk?.completeUpTo === undefined ? '' : `The list is complete up to ${stamp(dataAtRisk.completeUpTo)}.`,
    tail === undefined
      ? ''
      : `After it, by the rate of writes: about ${formatCount(tail.versions)} versions of ${formatBytes(tail.bytes)}.`,
  ];
  return [
    `<section><h2>${kind === 'failover' ? 'Failover' : 'Failback'}</h2>`,
    `<p>${escapeHtml(what)}${by === 'automatic' ? '; Holdfast decided by itself.' : '; a person decided, with the same guards.'}</p>`,
    failure === undefined ? '' : `<p class="verdict bad">${escapeHtml(failure)}</p>`,
    timeline(leg),
    routes(from, to),
    `<p>${risk.filter((text) => text !== '').join(' ')}</p>`,
    client.reads === 0
      ? ''
      : `<p>A client that read through the access point again and again: ${formatCount(client.failed)} of ${formatCount(client.reads)} reads failed.</p>`,
    reasons.length === 0 ? '' : '<h3>Guards</h3>',
    reasons.length === 0 ? '' : `<ul class="reasons">${reasons.map((reason) => toReason(reason)).join('')}</ul>`,
    '</section>',
  ].join('\n');
}

function toReason({ guard, passes, text }: DrillLeg['reasons'][number]): string {
  const name = guard === undefined ? '' : `<code>${guard}</code> `;
  return `<li class="${passes ? 'good' : 'bad'}">${name}${escapeHtml(text)}</li>`;
}

/** One bar, whose parts are the steps, and the same as a table for who does not see it. */
function timeline(leg: DrillLeg): string {
  const steps = stepsOf(leg);
  const total = steps.reduce((sum, { ms }) => sum + ms, 0);
  if (steps.length === 0) return '';
  const parts = steps.map(({ step, ms }) => {
    const share = total === 0 ? 100 / steps.length : (100 * ms) / total;
    return `<span class="${step}" style="flex-grow:${share.toFixed(2)}" title="${step}: ${formatExactly(ms)}"></span>`;
  });
  const ends = { detect: leg.detectedAt, decide: leg.decidedAt, accept: leg.acceptedAt, effective: leg.effectiveAt };
  const rows = steps.map(({ step, ms }) => {
    const name = `<th scope="row"><i class="${step}"></i>${step}</th>`;
    return `<tr>${name}<td class="number">${formatExactly(ms)}</td><td>${STEPS[step]}</td><td>${stamp(ends[step])}</td></tr>`;
  });
  const sum = `<tr class="sum"><th scope="row">together</th><td class="number">${formatExactly(total)}</td><td></td><td></td></tr>`;
  const head =
    '<thead><tr><th scope="col">step</th><th scope="col" class="number">took</th><th scope="col"></th><th scope="col">at</th></tr></thead>';
  return `<div class="bar" aria-hidden="true">${parts.join('')}</div><table>${head}<tbody>${rows.join('')}${sum}</tbody></table>`;
}

function routes(from: readonly Route[], to: readonly Route[]): string {
  const rows = from.map(({ bucket, region, dial }) => {
    const after = to.find((route) => route.bucket === bucket)?.dial ?? dial;
    const changed = after === dial ? '' : ' class="changed"';
    return `<tr><th scope="row">${escapeHtml(bucket)}</th><td>${escapeHtml(region)}</td><td>${word(dial)}</td><td${changed}>${word(after)}</td></tr>`;
  });
  const head =
    '<thead><tr><th scope="col">bucket</th><th scope="col">Region</th><th scope="col">before</th><th scope="col">after</th></tr></thead>';
  return `<table>${head}<tbody>${rows.join('')}</tbody></table>`;
}

function settings({ arn, settings: { mode, rpoMs, coolDownMs, quorum, observers, witness } }: DrillReport): string {
  const rows = [
    ['access point', arn],
    ['mode', mode],
    ['RPO budget', formatDuration(rpoMs)],
    ['cool-down', formatDuration(coolDownMs)],
    ['quorum', `${quorum} of ${observers.length} observers: ${observers.join(', ')}`],
    ['witness', witness ?? 'none'],
  ].map(([name = '', value = '']) => `<tr><th scope="row">${name}</th><td>${escapeHtml(value)}</td></tr>`);
  return `<section><h2>Settings</h2><table><tbody>${rows.join('')}</tbody></table></section>`;
}

function clientOutage(leg: DrillLeg | undefined): string {
  const { reads, failed, outageMs } = leg?.client ?? { reads: 0, failed: 0 };
  if (reads === 0) return 'not measured';
  return outageMs === undefined ? (failed === 0 ? 'not at all' : 'to the end') : formatExactly(outageMs);
}

function countAtRisk(versions: number | undefined, bytes: number | undefined): string {
  if (versions === undefined) return 'not known';
  const count = `${formatCount(versions)} version${versions === 1 ? '' : 's'}`;
  return versions === 0 || bytes === undefined ? count : `${count} of ${formatBytes(bytes)}`;
}

function span(ms: number | undefined): string {
  return ms === undefined ? 'not known' : formatExactly(ms);
}

/** Below two minutes with tenths: `34.2 s`. */
function formatExactly(ms: number): string {
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : formatDuration(ms);
}

function word(dial: number): string {
  return dial > 0 ? 'active' : 'passive';
}

function stamp(at: Date | undefined): string {
  return at === undefined
    ? ''
    : at
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC');
}

function items(texts: readonly string[]): string {
  return texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
}
