/** What a piece of a bar stands for: names its colour. */
export type Tone = 'alike' | 'proved' | 'stored' | 'waiting' | 'expected' | 'violated' | 'unverifiable';

export interface Piece {
  readonly tone: Tone;
  readonly value: number;
}

/** What is there is seen, however little it is: this much of the width, in per cent. */
const LEAST = 0.6;

/** One bar of pieces whose whole is `most`; the numbers stand beside it, so nothing of it is read aloud. */
export function renderBar(pieces: readonly Piece[], most: number, heightPx = 12): string {
  let at = 0;
  const rects = widthsOf(pieces, most).map(({ tone, width }) => {
    const rect = `<rect class="${tone}" x="${at.toFixed(2)}%" width="${width.toFixed(2)}%" height="${heightPx}"/>`;
    at += width;
    return rect;
  });
  return `<svg class="bar" width="100%" height="${heightPx}" aria-hidden="true" focusable="false">${rects.join('')}</svg>`;
}

/** Little pieces take from the large ones. */
function widthsOf(pieces: readonly Piece[], most: number): readonly { readonly tone: Tone; readonly width: number }[] {
  const shown = pieces.filter(({ value }) => value > 0);
  const whole = Math.max(
    most,
    shown.reduce((sum, { value }) => sum + value, 0),
  );
  const widths = shown.map(({ tone, value }) => ({ tone, width: Math.max(LEAST, (100 * value) / whole) }));
  const sum = widths.reduce((total, { width }) => total + width, 0);
  return sum <= 100 ? widths : widths.map(({ tone, width }) => ({ tone, width: (100 * width) / sum }));
}

/** A name with the colour of its tone. */
export function renderSwatch(tone: Tone, name: string): string {
  return `<svg class="swatch" width="11" height="11" aria-hidden="true" focusable="false"><rect class="${tone}" width="11" height="11" rx="2"/></svg>${name}`;
}
