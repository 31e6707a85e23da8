import { HoldfastError } from '../errors.ts';
import type { Ledger } from '../ports.ts';
import type { Services } from './services.ts';

/** What the functions of a stack remember of contents of which S3 records nothing; nothing where no stack is, or we may not ask. */
export function knownBaselines(stage: string | undefined, services: Pick<Services, 'stack'>): Pick<Ledger, 'baseline'> {
  const silent = new Set<string>();
  return {
    async baseline(object, state, call) {
      const { region } = object;
      if (stage === undefined || silent.has(region)) return undefined;
      try {
        return await services.stack(stage).baselinesIn(region).baseline(object, state, call);
      } catch (error) {
        if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
        silent.add(region); // it is one witness more, and an audit does without
        return undefined;
      }
    },
  };
}
