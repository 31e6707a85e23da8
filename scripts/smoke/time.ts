/** Time as the run sees it; the sandbox's passes when it is told to. */
export interface RunTime {
  now(): Date;
  /** Rejects when the run was interrupted. */
  pause(ms: number): Promise<void>;
  /** How long to wait for something that AWS does in its own time, in milliseconds. */
  readonly patienceMs: number;
  /** How long a role takes to be known everywhere after it was created, in milliseconds. */
  readonly settleMs: number;
}

const BETWEEN_MS = 2_000;

/** Asks until there is an answer; `undefined` when there is none in time. */
export async function awaitAnswer<T>(time: RunTime, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const until = time.now().getTime() + time.patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || time.now().getTime() >= until) return answer;
    await time.pause(BETWEEN_MS);
  }
}

/** What was just created is not known everywhere: refusals of one request are believed only after so many of them. */
const ATTEMPTS = 12;
const AGAIN_MS = 5_000;

/** Sends a request again while it is refused, for a minute; then its last refusal is the error. */
export async function untilAccepted<T>(time: RunTime, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await time.pause(AGAIN_MS);
    }
  }
}
