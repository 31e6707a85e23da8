import type { Severity } from '../model/action.ts';
import { familyOf, type FindingCode } from '../model/finding.ts';

/** What it means for those who rely on the data, where the family alone does not say it. */
const OF_CODE: Readonly<Record<string, string>> = {
  'content-verified': 'None: the content is what it should be.',
  'content-unreadable': 'Nobody knows whether these objects are whole; nothing speaks against them.',
  'checksum-missing': 'Damage to these objects could not be proved later by what S3 recorded.',
  'object-lost': 'S3 says that the object is gone for good: only a replica or a backup has it.',
  'replica-matches': 'None: the replica is what it should be.',
  'replica-missing': 'If the Region of the source failed now, these versions would be lost.',
  'replica-overdue':
    'If the Region of the source failed now, these versions would be lost; they are later than promised.',
  'replication-failed': 'These versions exist on one side only, and S3 does not try again by itself.',
  'replication-late': 'They arrived later than promised; they are safe now.',
  'replication-missed-threshold': 'These versions exist on one side only, for longer than S3 promises.',
  'versions-conflict': 'Both sides were written at once: which write is current depends on where it is read.',
  'late-arrival-took-over': 'An older write that arrived late hides a newer one.',
  'kms-throttled': 'Reads, writes and replication of objects under the key are slowed down, or fail.',
  's3-throttled': 'Reads and writes under the prefix are slowed down, or fail.',
  'kms-headroom-low': 'A little more load, or a failover to this Region, would be throttled.',
  'kms-key-unusable': 'Nothing that is encrypted with the key can be read, written or replicated.',
  'mass-delete': 'Somebody deletes far more than usual. If nobody meant it, every minute counts.',
  'mass-overwrite': 'Somebody overwrites far more than usual. If nobody meant it, every minute counts.',
  'versioning-off': 'From now on deleted and overwritten objects are gone, and nothing is replicated.',
  'rule-missing': 'What is written from now on exists on one side only.',
  'rule-disabled': 'What is written from now on exists on one side only.',
  'replication-destination-unexpected': 'Copies of what is written go to a bucket that nobody named.',
  'public-access-open': 'The bucket, or objects in it, can be opened to the public.',
  'route-drift': 'Requests go to other Regions than whoever set the access point up believes.',
  'region-impaired': 'Requests that the access point sends there are slow, or some of them fail.',
  'region-unhealthy': 'Requests that the access point sends there fail.',
  'region-recovered': 'The Region could take requests again.',
  'failover-planned': 'Requests fail or are slow until somebody moves the traffic.',
  'failover-accepted': 'Requests go to the new Region within minutes; what was not replicated yet is missing there.',
  'failover-effective': 'Requests go to the new Region; what was not replicated yet is missing there.',
  'failover-blocked': 'Requests that the access point sends there fail, and go on failing until a person decides.',
  'failback-ready': 'The access point rests on fewer Regions than it was meant to.',
  'failback-effective': 'None: the traffic is where it was meant to be.',
  'event-lost': 'Versions were written that Holdfast was not told of; it looks at them now.',
  'event-poisoned': 'Something was said that Holdfast could not read: what it is about is not looked at.',
  'monitor-silent': 'What happens there now is seen by nobody.',
  'audit-refused': 'Nothing was audited, and nothing spent: what was proved of the pair is as old as before.',
  'budget-reached': 'A part of the pair was not audited: what is damaged or missing there is not known.',
  'audit-failed': 'The run proved nothing: what was proved of the pair is as old as before.',
  'audit-overdue': 'What was proved of the pair is growing old, and nobody renews it.',
};

const OF_FAMILY: Readonly<Record<string, string>> = {
  integrity: 'Whoever reads these objects may get other bytes than were stored.',
  replication: 'The two sides differ: after a failover readers would not find what the source has.',
  pressure: 'Reads, writes and replication may be slowed down.',
  change: 'Far more changes than usual. If nobody meant it, every minute counts.',
  configuration: 'A guarantee that somebody relies on is weaker than the configuration says.',
  routing: 'It decides, or may decide, which Region serves requests to the access point.',
  monitor: 'Holdfast itself sees less than it should.',
};

const OF_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: 'Data is lost, wrong, or about to be.',
  warning: 'No data is known to be lost.',
  info: 'Nobody has to act now.',
};

/** What it means for those who rely on the data, in one or two sentences. */
export function effectOf(code: FindingCode, severity: Severity): string {
  return [OF_CODE[code] ?? OF_FAMILY[familyOf(code)] ?? [], OF_SEVERITY[severity]].flat().join(' ');
}
