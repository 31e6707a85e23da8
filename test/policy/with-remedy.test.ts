import { describe, expect, it } from 'vitest';
import { replicationReport } from '../../src/checks/replication-report.ts';
import type { EventKind } from '../../src/model/event.ts';
import type { ReportFacts } from '../../src/model/facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import { present } from '../../src/model/observation.ts';
import { withRemedy } from '../../src/policy/with-remedy.ts';
import { aFinding, anEvent, someFacts } from '../support/facts.ts';
import { DESTINATION, someLink, someRule, someSettings, SOURCE } from '../support/reported-link.ts';

const object = { bucket: SOURCE.bucket, region: SOURCE.region, key: 'a b', versionId: 'v1' };
const replication = {
  ruleId: 'all',
  destinationBucket: DESTINATION.bucket,
  failureReason: 'DstPutTaggingNotPermitted',
};
const link = someLink();
const rules = present(someSettings(someRule()));

function found(kind: EventKind, report?: ReportFacts): Finding | undefined {
  const facts = someFacts({ event: anEvent({ kind, object, replication }), ...(report && { report }) });
  return replicationReport.run(facts).map((finding) => withRemedy(finding, facts))[0];
}

describe('withRemedy', () => {
  it('gives a failure the words for its reason, with the names of its pair', () => {
    const finding = found('replication-failed', { link, rules });
    expect(finding).toMatchObject({
      code: 'replication-failed',
      replica: { bucket: 'orders-euw1', region: 'eu-west-1' },
      evidence: { pair: 'orders', link: 'orders/orders-use1/orders-euw1', failureClass: 'permission' },
    });
    expect(finding?.remedy?.statement).toContain('s3:ReplicateTags');
    expect(finding?.remedy?.commands.join('\n')).toContain('--role-name s3-crr ');
  });

  it.each<[string, ReportFacts]>([
    ['could not be asked for', { link }],
    ['may not be read', { link, rules: { state: 'unreadable', reason: 'access-denied' } }],
    ['are gone', { link, rules: { state: 'absent' } }],
  ])('leaves the role open where the rules %s', (_, report) => {
    expect(found('replication-failed', report)?.remedy?.commands[0]).toContain('--role-name REPLICATION-ROLE ');
  });

  it('knows what the event says without a pair', () => {
    const finding = found('replication-failed');
    expect(finding).not.toHaveProperty('replica');
    expect(finding?.remedy?.statement).toContain('arn:aws:s3:::orders-euw1/*');
    expect(finding?.remedy?.commands.at(-1)).toBe("holdfast repair PAIR --failed --to orders-euw1 --prefix 'a b'");
  });

  it.each<[EventKind, string, string]>([
    [
      'replication-missed-threshold',
      'owner of the pair orders',
      'aws cloudwatch list-metrics --dimensions Name=SourceBucket,Value=orders-use1 Name=DestinationBucket,Value=orders-euw1 Name=RuleId,Value=all --region eu-west-1',
    ],
    ['replicated-after-threshold', 'nobody', 'holdfast status orders'],
    [
      'replication-not-tracked',
      'owner of the pair orders',
      'aws s3api head-object --bucket orders-euw1 --region eu-west-1',
    ],
  ])('says of %s who acts', (kind, who, command) => {
    const remedy = found(kind, { link, rules })?.remedy;
    expect(remedy?.who).toBe(who);
    expect(remedy?.commands.join('\n')).toContain(command);
  });

  it('asks for the metrics of all rules where it does not know which was at work', () => {
    expect(found('replication-missed-threshold', { link })?.remedy?.commands.join('\n')).not.toContain('RuleId');
  });

  it('advises on an event that says nothing', () => {
    const facts = someFacts({ event: anEvent({ kind: 'replication-failed', object }) });
    expect(replicationReport.run(facts).map((each) => withRemedy(each, facts))[0]).toMatchObject({
      verdict: 'violated',
      evidence: { failureClass: 'unknown' },
    });
  });

  it('leaves every other finding as it is', () => {
    const finding = aFinding();
    expect(withRemedy(finding, someFacts({}))).toBe(finding);
  });
});
