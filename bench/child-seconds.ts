import { readFileSync } from 'node:fs';

/** A clock tick of the kernel's statistics: a hundredth of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * What all processes that this one has started and that have ended took of processors, in seconds, theirs included; `undefined` on
 * systems without /proc. The difference between two calls is what a process took that ran between them.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html cutime and cstime
 */
export function childSeconds(): number | undefined {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // Behind the name, which is in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
