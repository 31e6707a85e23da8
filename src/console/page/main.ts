import type { AlertEvent } from '../../model/alert.ts';
import { toSample } from '../sample.ts';
import type { AccessPointView, AuditView, ConsoleEvent, LinkView, StackView, Trouble } from '../view.ts';
import { createAlertsSection } from './alerts-section.ts';
import { promiseAudits, showAudits } from './audits-section.ts';
import { element, find, show } from './elements.ts';
import { countOf, formatTime } from './format.ts';
import { showKeys } from './keys-section.ts';
import { showLinks } from './links-section.ts';
import { createRiskSection } from './risk-section.ts';
import { showRoutes } from './routes-section.ts';
import { showStacks } from './stacks-section.ts';
import { countOpen } from './select-alerts.ts';
import { toVerdict } from './verdict.ts';

const MARKS = { burning: '▲', attention: '◆', unknown: '○', calm: '●' } as const;

const KINDS = ['about', 'links', 'history', 'audits', 'keys', 'stacks', 'routes', 'alerts', 'troubles'];

/** Of the state that the headline speaks of, in milliseconds. */
const HEADLINE_MS = 24 * 3_600_000;

let links: readonly LinkView[] | undefined;
let stacks: readonly StackView[] | undefined;
let accessPoints: readonly AccessPointView[] = [];
let audits: readonly AuditView[] = [];
let troubles: readonly Trouble[] = [];
let lastEventAt: Date | undefined;

const section = (id: string): Element => find(`#${id}`, HTMLElement);
const bodyOf = (id: string): Element => find(`#${id} .body`, HTMLElement);
const risk = createRiskSection(section('risk'));
const alerts = createAlertsSection(section('alerts'), (pair) => {
  const ofPair = (links ?? []).filter((link) => link.pair === pair);
  return new Set(ofPair.flatMap(({ source, destination }) => [source.bucket, destination.bucket]));
});

function hear(event: ConsoleEvent): void {
  const now = new Date();
  lastEventAt = now;
  switch (event.kind) {
    case 'about': {
      const { stage, pairs, accessPoints: names, audits: planned } = event.about;
      find('#stage', HTMLElement).textContent = stage;
      alerts.offerPairs(pairs);
      const routes =
        names.length === 0
          ? 'No Multi-Region Access Point is configured: there are no routes to watch.'
          : `${names.join(', ')}: not looked at yet.`;
      show(bodyOf('routes'), element('p', { class: 'empty' }, routes));
      promiseAudits(bodyOf('audits'), planned);
      break;
    }
    case 'links':
      links = event.links;
      for (const link of links) risk.add(link.id, toSample(event.at, link));
      showLinks(bodyOf('links'), links, new Date(event.at));
      risk.draw(links, now);
      stamp('links', event.at);
      break;
    case 'history':
      risk.replace(event.samples);
      if (links !== undefined) risk.draw(links, now);
      break;
    case 'audits':
      audits = event.audits;
      showAudits(bodyOf('audits'), audits, new Date(event.at));
      stamp('audits', event.at);
      break;
    case 'keys':
      showKeys(bodyOf('keys'), event.regions);
      stamp('keys', event.at);
      break;
    case 'stacks':
      stacks = event.stacks;
      showStacks(bodyOf('stacks'), stacks, new Date(event.at));
      stamp('stacks', event.at);
      break;
    case 'routes':
      accessPoints = event.accessPoints;
      if (accessPoints.length > 0) showRoutes(bodyOf('routes'), accessPoints, new Date(event.at));
      break;
    case 'alerts': {
      const news = alerts.add(event.alerts, event.fresh);
      alerts.draw(now);
      if (!event.fresh) announce(news);
      break;
    }
    case 'troubles': {
      troubles = event.troubles;
      alerts.doubt(troubles.some(({ what }) => what.startsWith('alerts')));
      alerts.draw(now);
      find('#troubles', HTMLElement).hidden = troubles.length === 0;
      show(find('#troubles ul', HTMLElement), ...troubles.map(({ what, why }) => element('li', {}, `${what}: ${why}`)));
      break;
    }
    default:
      return event satisfies never;
  }
  showVerdict(now);
}

function stamp(id: string, at: string): void {
  find(`#${id} .as-of`, HTMLElement).textContent = `as of ${formatTime(new Date(at), new Date())}`;
}

function showVerdict(now: Date): void {
  const since = new Date(now.getTime() - HEADLINE_MS).toISOString();
  const recent = alerts.all().filter(({ time }) => time >= since);
  const { level, reasons } = toVerdict({ links, stacks, accessPoints, audits, alerts: recent, troubles });
  const verdict = find('#verdict', HTMLElement);
  verdict.dataset['level'] = level;
  show(verdict, element('span', { 'aria-hidden': 'true' }, MARKS[level]), ` ${reasons.join(' · ')}`);
  const critical = countOpen(recent, 'critical');
  document.title = critical === 0 ? 'Holdfast' : `(${critical}) Holdfast`;
}

/** For who listens to the page: what is new, in one sentence, without the noise of every single one. */
function announce(news: readonly AlertEvent[]): void {
  const loud = news.filter(({ data }) => data.severity !== 'info' && data.state === 'opened');
  const [first] = loud;
  if (first === undefined) return;
  const text =
    loud.length === 1
      ? `New ${first.data.severity} alert: ${first.data.code}, ${first.subject}`
      : `${countOf(loud.length, 'new alert')}, the first: ${first.data.code}`;
  find('#news', HTMLElement).textContent = text;
}

function connect(): void {
  const connection = find('#connection', HTMLElement);
  const say = (state: string, text: string): void => {
    connection.dataset['state'] = state;
    if (connection.textContent !== text) connection.textContent = text;
  };
  const source = new EventSource('/events');
  source.addEventListener('open', () => say('live', 'live'));
  source.addEventListener('error', () => {
    const since = lastEventAt === undefined ? '' : `, last heard of at ${formatTime(lastEventAt, new Date())}`;
    const again = source.readyState === EventSource.CLOSED;
    say('lost', `${again ? 'not connected' : 'connection lost, trying again'}${since}`);
    if (!again) return;
    source.close();
    setTimeout(connect, 5_000); // a browser gives up where the server refuses; a new stream starts from nothing
  });
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const event: unknown = JSON.parse(data);
    if (isEvent(event)) hear(event);
  });
}

/** Our own server's word; a kind that this page does not know comes from a newer one, and is left out. */
function isEvent(value: unknown): value is ConsoleEvent {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.includes(String(value.kind));
}

alerts.draw(new Date());
connect();
