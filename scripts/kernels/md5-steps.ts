import { type Code, i32, local } from './wasm-assembler.ts';

/** In bytes. */
export const MD5_BLOCK = 64;

interface Round {
  readonly rotations: readonly [number, number, number, number];
  /** Which of the sixteen words of the block a step takes. */
  readonly wordOf: (step: number) => number;
  /**
   * Adds the round function of b, c and d to a sum. Written so that as little as possible waits for `b`, which the step before
   * has only just computed: that wait is all the time that MD5 takes.
   */
  readonly addTo: (sum: Code, b: Code, c: Code, d: Code) => Code;
}

const not = (value: Code): Code => i32.xor(value, i32.const(-1));

/** @see https://www.rfc-editor.org/rfc/rfc1321 section 3.4 */
const ROUNDS: readonly Round[] = [
  {
    rotations: [7, 12, 17, 22],
    wordOf: (step) => step % 16,
    addTo: (sum, b, c, d) => i32.add(sum, i32.xor(d, i32.and(b, i32.xor(c, d)))),
  },
  {
    rotations: [5, 9, 14, 20],
    wordOf: (step) => (5 * step + 1) % 16,
    // The two halves have no bit in common, so they may be added one by one, the one without b first.
    addTo: (sum, b, c, d) => i32.add(i32.add(sum, i32.and(c, not(d))), i32.and(b, d)),
  },
  {
    rotations: [4, 11, 16, 23],
    wordOf: (step) => (3 * step + 5) % 16,
    addTo: (sum, b, c, d) => i32.add(sum, i32.xor(b, i32.xor(c, d))),
  },
  {
    rotations: [6, 10, 15, 21],
    wordOf: (step) => (7 * step) % 16,
    addTo: (sum, b, c, d) => i32.add(sum, i32.xor(c, i32.or(b, not(d)))),
  },
];

/** The 64 steps over the block whose address is in the local `block`; the state a, b, c, d is in the locals `words`. */
export function md5Steps(block: number, words: readonly [number, number, number, number]): readonly Code[] {
  return ROUNDS.flatMap(({ rotations, wordOf, addTo }, round) =>
    Array.from({ length: 16 }, (_, index) => {
      const step = round * 16 + index;
      // The words change places with every step instead of being moved.
      const word = (offset: number): number => words[(offset - step + 64) % 4] ?? 0;
      const [a, b, c, d] = [word(0), word(1), word(2), word(3)];
      const constant = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0;
      const early = i32.add(i32.add(local.get(a), i32.const(constant)), i32.load(local.get(block), wordOf(step) * 4));
      const sum = addTo(early, local.get(b), local.get(c), local.get(d));
      const rotation = rotations[index % 4] ?? 0;
      return local.set(a, i32.add(i32.rotateLeft(sum, i32.const(rotation)), local.get(b)));
    }),
  );
}
