import { compareKeys } from '../model/version-order.ts';

export interface Sampling {
  /** The first key after this text that has the prefix. One request. */
  readonly firstAfter: (after: string) => Promise<string | undefined>;
  readonly prefix: string;
  /** How many stretches are wanted; there may be fewer, and up to twice as many. */
  readonly wanted: number;
  /** Requests that it is worth. */
  readonly mostProbes: number;
}

/** Every key that begins so, of which this is the first. */
interface Region {
  readonly prefix: string;
  readonly first: string;
}

/** Where keys go on after a question; `letter` is a place in `LETTERS`, or their number where they go on with none. */
interface Place {
  readonly key: string;
  readonly letter: number;
}

/** Behind every key that begins with what is before it. */
const LAST = '\u{10FFFF}';
/** Where keys usually go on. What lies beyond is one stretch. */
const LETTERS = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index));
/** Asked at once in a search. */
const WAYS = 8;

/**
 * Texts that cut the keys of a bucket into stretches that can be listed at the same time. Any texts do for that, so nothing has to
 * be exact: it finds out where keys begin to differ, and with which letters they go on there, level by level.
 */
export async function sampleBoundaries({
  firstAfter,
  prefix,
  wanted,
  mostProbes,
}: Sampling): Promise<readonly string[]> {
  let probes = 0;
  const ask = async (after: string): Promise<string | undefined> => {
    probes += 1;
    const key = await firstAfter(after);
    return key?.startsWith(prefix) === true ? key : undefined;
  };
  const first = await ask('');
  if (first === undefined || wanted <= 1) return [];
  let regions: readonly Region[] = [{ prefix, first }];
  const seen = new Set<string>();
  while (regions.length < wanted && probes + regions.length * LETTERS.length <= mostProbes) {
    const split = await Promise.all(regions.map(async (region) => splitRegion(region, ask)));
    const next = split.flat();
    for (const { first: key } of next) seen.add(key);
    if (next.length === regions.length) break; // each of them is one key
    regions = next;
  }
  const narrowed = await Promise.all(
    regions.map(async (region) =>
      probes < 2 * mostProbes ? { ...region, prefix: await commonPrefix(region, ask) } : region,
    ),
  );
  const most = Math.ceil(wanted / Math.max(1, regions.length));
  const cuts = narrowed.flatMap((region) => [region.prefix, ...guess(region.prefix, [...seen], most)]);
  const ordered = [...new Set(cuts)]
    .filter((cut) => cut !== '' && cut !== prefix)
    .toSorted(compareKeys)
    .slice(1);
  // Each stretch is two requests at least: of many small folders some are one.
  const every = Math.ceil((ordered.length + 1) / (2 * wanted));
  return ordered.filter((_, index) => index % every === every - 1);
}

async function splitRegion(region: Region, ask: Sampling['firstAfter']): Promise<readonly Region[]> {
  const common = await commonPrefix(region, ask);
  /** The first key that goes on with this letter or a later one, and with which. */
  const from = async (place: number): Promise<Place> => {
    const before = LETTERS[place - 1];
    const key = await ask(before === undefined ? common : `${common}${before}${LAST}`);
    const letter = key?.startsWith(common) === true ? LETTERS.indexOf(key.charAt(common.length)) : -1;
    return { key: key ?? '', letter: letter < place ? LETTERS.length : letter };
  };
  /** All letters from here to before there. What one answer skips needs no question. */
  async function lettersFrom({ key, letter }: Place, to: number): Promise<readonly Region[]> {
    if (letter >= to) return [];
    const step = Math.max(1, Math.ceil((to - letter - 1) / WAYS));
    const places = Array.from({ length: WAYS }, (_, way) => letter + 1 + way * step).filter((place) => place < to);
    const answers = await Promise.all(places.map(async (place) => from(place)));
    const others = await Promise.all(answers.map(async (answer, way) => lettersFrom(answer, places[way + 1] ?? to)));
    return [{ prefix: `${common}${LETTERS[letter] ?? ''}`, first: key }, ...others.flat()];
  }
  const [first, second, beyond] = await Promise.all([from(0), from(1), ask(`${common}${LETTERS.at(-1) ?? ''}${LAST}`)]);
  const found = [...(await lettersFrom(first, 1)), ...(await lettersFrom(second, LETTERS.length))];
  const others =
    beyond?.startsWith(common) === true
      ? [{ prefix: `${common}${Array.from(beyond.slice(common.length))[0] ?? ''}`, first: beyond }]
      : [];
  return [...found, ...others];
}

/** The longest text that all keys of the region begin with: some requests at once, and again where these say that it is. */
async function commonPrefix({ prefix, first }: Region, ask: Sampling['firstAfter']): Promise<string> {
  let [common, differs] = [prefix.length, first.length];
  while (common < differs) {
    const step = Math.ceil((differs - common) / WAYS);
    const lengths = Array.from({ length: WAYS }, (_, index) => Math.min(differs, common + (index + 1) * step));
    const answers = await Promise.all(
      [...new Set(lengths)].map(async (length) => {
        const behind = await ask(`${beginningOf(first, length)}${LAST}`);
        return { length, shared: behind?.startsWith(prefix) !== true };
      }),
    );
    const shared = answers.filter((answer) => answer.shared).map(({ length }) => length);
    const unshared = answers.filter((answer) => !answer.shared).map(({ length }) => length);
    common = Math.max(common, ...shared);
    differs = Math.min(differs, ...unshared.map((length) => length - 1));
  }
  return beginningOf(first, common);
}

/** The beginning of a text, never half a character. */
function beginningOf(text: string, length: number): string {
  const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return text.slice(0, isHalf ? length - 1 : length);
}

/** How keys may go on: with the letters that were seen, filled up to whole alphabets. */
function guess(prefix: string, seen: readonly string[], most: number): readonly string[] {
  if (most <= 1) return [];
  const behind = seen.flatMap((key) => Array.from(key.slice(prefix.length)).slice(0, 4));
  const letters = new Set(behind.filter((letter) => !/\p{Surrogate}/u.test(letter))); // keys elsewhere may be cut in a character
  const alphabet = ['0123456789', '0123456789abcdef', '0123456789ABCDEF', 'abcdefghijklmnopqrstuvwxyz'].find((whole) =>
    [...letters].every((letter) => whole.includes(letter)),
  );
  const all = alphabet === undefined ? [...letters] : Array.from(alphabet);
  const one = all.map((letter) => `${prefix}${letter}`);
  if (one.length >= most / 2) return one;
  return one.flatMap((text) => [text, ...all.map((letter) => `${text}${letter}`)]);
}
