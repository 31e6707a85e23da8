import { readFileSync } from 'node:fs';

const SAMPLE_MS = 20;

/** Watches a process and all that it starts. */
export interface MemoryWatch {
  /** The greatest resident set of any one of them so far, in bytes; `undefined` on systems without /proc. */
  stop(): number | undefined;
}

/**
 * The kernel keeps the peak of each process (`VmHWM`), so a sample misses only what came after the last one. The greatest of a
 * pipeline and not the sum, which favours pipelines: two processes share libraries that a sum would count twice.
 */
export function watchMemory(pid: number): MemoryWatch {
  let peak: number | undefined;
  const sample = (): void => {
    for (const member of family(pid)) peak = Math.max(peak ?? 0, peakOf(member)) || peak;
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

function family(pid: number): readonly number[] {
  const children = readProc(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap((child) => family(child))];
}

/** 0 for a process that has ended, and where there is no /proc. */
function peakOf(pid: number): number {
  const [, kib = '0'] = /^VmHWM:\s*(\d+) kB$/m.exec(readProc(`/proc/${pid}/status`)) ?? [];
  return Number(kib) * 1024;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // ended meanwhile, or not Linux
  }
}
