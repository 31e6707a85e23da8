const graphemes = new Intl.Segmenter();

/** Emoji and the scripts of East Asia take two columns of a terminal. */
const WIDE =
  /\p{Emoji_Presentation}|\uFE0F|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]/u;

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  return split(text).reduce((width, grapheme) => width + columnsOf(grapheme), 0);
}

/** The text in exactly so many columns: filled up with spaces, or with its middle left out, because a key can be 1,024 bytes. */
export function fit(text: string, columns: number): string {
  const width = widthOf(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  const tail = take(split(text).toReversed(), Math.floor((columns - 1) / 2)).toReversed();
  const head = take(split(text), columns - 1 - widthOf(tail.join('')));
  const short = `${head.join('')}…${tail.join('')}`;
  return short + ' '.repeat(columns - widthOf(short));
}

function take(pieces: readonly string[], columns: number): readonly string[] {
  const taken: string[] = [];
  let width = 0;
  for (const piece of pieces) {
    width += columnsOf(piece);
    if (width > columns) break;
    taken.push(piece);
  }
  return taken;
}

function split(text: string): readonly string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function columnsOf(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}
