import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import type { ObjectFacts } from '../../src/model/facts.ts';
import { decide } from '../../src/policy/decide.ts';
import { arbitraryFacts } from '../support/arbitrary-facts.ts';
import { aLook } from '../support/facts.ts';

const anything = arbitraryFacts({ recorded: ['AAAA', 'BBBB'], computed: ['AAAA', 'CCCC'] });
const NOW = new Date('2026-11-02T00:00:00Z');

function actionsOn(facts: ObjectFacts) {
  const findings = checks.flatMap((check) => check.run(facts));
  return decide({ look: aLook({ event: facts.event }), facts, findings, threshold: 'info', now: NOW });
}

it('pages nobody about what could not be verified, whatever the facts', () => {
  fc.assert(
    fc.property(anything, (facts) => {
      for (const action of actionsOn(facts)) {
        if (action.kind !== 'alert' || action.alert.finding.verdict === 'violated') continue;
        expect([action.alert.severity, action.alert.state]).toEqual(['info', 'noted']);
      }
    }),
    { numRuns: 500 },
  );
});

it('raises no alarm about content after a single reading, whatever the facts', () => {
  fc.assert(
    fc.property(anything, (facts) => {
      const alarms = actionsOn(facts).flatMap((action) => (action.kind === 'alert' ? [action.alert.finding] : []));
      const ofContent = alarms.filter(({ verdict, basis }) => verdict === 'violated' && basis === 'computed-checksum');
      expect(ofContent).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
