import type {
  Known,
  RestoreChanges,
  RestoreReport,
  SettingsSnapshot,
  TableSettings,
  WaitingSetting,
} from '@tablekeep/schema/settings';
import { autoScalingText, contributorInsightsText, kinesisDestinationsText } from './attached-texts.ts';
import { isWarmEnough, sameEncryption, samePolicy, sameUnits, type ReapplyProperty } from './compare-settings.ts';
import { NEEDS_CREDENTIALS } from './held-words.ts';
import { reapplyPropertyOf } from './property-of-line.ts';
import { warningsOf, type GivenUp } from './restore-warnings.ts';
import {
  encryptionText,
  keysText,
  maximumText,
  namesText,
  onOff,
  recoveryText,
  tagsText,
  unitsText,
  withKnown,
} from './setting-texts.ts';
import type { WantedSettings } from './wanted-settings.ts';

type Line = RestoreReport['lines'][number];
type Units = Readonly<{ read: number; write: number }>;

export type Comparison = Readonly<{
  /** Null where no snapshot came with the point. */
  atBackup: SettingsSnapshot | null;
  wanted: WantedSettings | null;
  changes: RestoreChanges;
  found: SettingsSnapshot;
  givenUp: GivenUp;
  /** What AWS's quotas put off. */
  waiting?: readonly WaitingSetting[];
  /** The keys the restore was made with ended first: what is left is held until there are others. */
  needsCredentials?: boolean;
  /** Only these are set, and so only these are reported. */
  only?: ReadonlySet<ReapplyProperty> | null;
}>;

/**
 * The restore report and what a person should be told because of it. Every line says what was, what was asked, what
 * AWS shows now; whatever is held, different or unknown is a warning, in AWS's words where AWS refused.
 */
export function restoreReport(comparison: Comparison): { report: RestoreReport; warnings: string[] } {
  const { atBackup, wanted, found, givenUp, waiting = [], needsCredentials = false, only = null } = comparison;
  if (atBackup === null || wanted === null) {
    const because = 'The point carries no settings snapshot, so only what AWS restores by itself is there.';
    return { report: { tableArn: found.tableArn, lines: linesWithoutSnapshot(found), found }, warnings: [because] };
  }
  const plainLines: Line[] = [
    plain('keySchema', keysText(atBackup), keysText(found)),
    plain('globalIndexes', namesText(atBackup.globalIndexes), namesText(found.globalIndexes)),
    plain('localIndexes', namesText(atBackup.localIndexes), namesText(found.localIndexes)),
    changed('billingMode', atBackup.billingMode, comparison.changes.billingMode, wanted.billingMode, found.billingMode),
    capacityLine(comparison, atBackup, wanted),
    ...indexLines(atBackup, wanted, found),
    onDemandLine(atBackup, wanted, found),
    ...indexMaximumLines(atBackup, wanted, found),
    ...warmLines(atBackup, wanted, found),
    encryptionLine(comparison, atBackup, wanted),
    changed('tableClass', atBackup.tableClass, comparison.changes.tableClass, wanted.tableClass, found.tableClass),
    tagsLine(atBackup, wanted, found),
    knownLine(
      'pointInTimeRecovery',
      atBackup.pointInTimeRecovery,
      wanted.pointInTimeRecovery,
      found.pointInTimeRecovery,
      recoveryText,
      comparison.changes.pointInTimeRecovery !== null,
    ),
    streamLine(atBackup, wanted, found),
    timeToLiveLine(atBackup, wanted, found),
    policyLine(atBackup, wanted, found),
    changed(
      'deletionProtection',
      onOff(atBackup.deletionProtection),
      comparison.changes.deletionProtection === null ? null : onOff(comparison.changes.deletionProtection),
      onOff(wanted.deletionProtection),
      onOff(found.deletionProtection),
    ),
    ...attachedLines(atBackup, wanted, found),
    ...(atBackup.replicas.length === 0 ? [] : [notRestorable('replicas', atBackup.replicas.join(', '))]),
    ...lostForGood(atBackup, found),
  ];
  const told = plainLines.filter((line) => only === null || only.has(reapplyPropertyOf(line.property)));
  const lines = told.map((line) => parked(putOff(line, waiting), needsCredentials, givenUp));
  const arns = changedArns(atBackup, found);
  const report = { tableArn: found.tableArn, lines, arns, found, ...(waiting.length > 0 && { waiting: [...waiting] }) };
  return { report, warnings: warningsOf(lines, givenUp) };
}

function putOff(line: Line, waiting: readonly WaitingSetting[]): Line {
  const until = waiting.find((one) => one.property === reapplyPropertyOf(line.property))?.until;
  if (until === undefined || line.outcome !== 'DIFFERENT') return line;
  return { ...line, asked: `waits until ${until}`, outcome: 'HELD' };
}

/** Nothing but a restore brings these. */
const byAwsAlone: ReadonlySet<string> = new Set(['keySchema', 'globalIndexes', 'localIndexes']);

/** What AWS refused by itself would be refused again: that stays a difference. */
function parked(line: Line, needsCredentials: boolean, givenUp: GivenUp): Line {
  const property = reapplyPropertyOf(line.property);
  const isOurs = !byAwsAlone.has(line.property) && givenUp[property] === undefined;
  if (!needsCredentials || line.outcome !== 'DIFFERENT' || !isOurs) return line;
  return { ...line, asked: NEEDS_CREDENTIALS, outcome: 'HELD' };
}

function plain(property: string, atBackup: string, found: string): Line {
  return { property, atBackup, asked: null, found, outcome: atBackup === found ? 'SAME' : 'DIFFERENT' };
}

function changed(
  property: string,
  atBackup: string | null,
  asked: string | null,
  wanted: string | null,
  found: string | null,
): Line {
  return { property, atBackup, asked, found, outcome: settle(asked !== null && asked !== atBackup, wanted === found) };
}

function settle(askedForChange: boolean, asWanted: boolean): Line['outcome'] {
  if (!asWanted) return 'DIFFERENT';
  return askedForChange ? 'CHANGED_AS_ASKED' : 'SAME';
}

function notRestorable(property: string, atBackup: string | null): Line {
  return { property, atBackup, asked: null, found: null, outcome: 'NOT_RESTORABLE' };
}

function capacityLine({ changes, found }: Comparison, atBackup: TableSettings, wanted: WantedSettings): Line {
  const askedUnits =
    changes.readCapacityUnits !== null || changes.writeCapacityUnits !== null || changes.billingMode !== null;
  const want = unitsText(wanted.provisioned);
  const line = changed(
    'provisionedCapacity',
    unitsText(atBackup.provisioned),
    askedUnits ? (want ?? 'none') : null,
    want,
    unitsText(foundUnits(found.provisioned, wanted.provisioned, found, null)),
  );
  return sameUnits(atBackup.provisioned, wanted.provisioned) && line.outcome === 'CHANGED_AS_ASKED'
    ? { ...line, outcome: 'SAME' }
    : line;
}

function indexLines(atBackup: TableSettings, wanted: WantedSettings, found: SettingsSnapshot): Line[] {
  return atBackup.globalIndexes.flatMap(({ name, provisioned: before }) => {
    const units = wanted.indexCapacity[name] ?? null;
    if (units === null && before === null) return [];
    const now = foundUnits(
      found.globalIndexes.find((index) => index.name === name)?.provisioned ?? null,
      units,
      found,
      name,
    );
    const asked = sameUnits(before, units) ? null : (unitsText(units) ?? 'none');
    return [changed(`indexCapacity.${name}`, unitsText(before), asked, unitsText(units), unitsText(now))];
  });
}

/** Units that auto scaling moves are right wherever it has moved them. */
function foundUnits(
  now: Units | null,
  wanted: Units | null,
  found: SettingsSnapshot,
  index: string | null,
): Units | null {
  if (now === null || wanted === null || found.autoScaling.state === 'unknown') return now;
  const targets = found.autoScaling.value.filter((target) => target.index === index);
  const within = (capacity: 'READ' | 'WRITE', units: number) =>
    targets.some((one) => one.capacity === capacity && one.minimum <= units && units <= one.maximum);
  return {
    read: within('READ', now.read) ? wanted.read : now.read,
    write: within('WRITE', now.write) ? wanted.write : now.write,
  };
}

function indexMaximumLines(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line[] {
  return atBackup.globalIndexes.flatMap(({ name, onDemandMaximum: before }) => {
    const want = maximumText(wanted.indexOnDemandMaximum[name] ?? null);
    const now = maximumText(found.globalIndexes.find((index) => index.name === name)?.onDemandMaximum ?? null);
    const then = maximumText(before);
    if (then === null && want === null && now === null) return [];
    return [changed(`indexOnDemandMaximum.${name}`, then, want === then ? null : (want ?? 'none'), want, now)];
  });
}

/** Only where AWS gives the restored table less at once than the former had: said, and nobody is warned of what costs money. */
function warmLines(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line[] {
  const indexes = atBackup.globalIndexes.map(({ name, warmThroughput }) => ({
    property: `indexWarmThroughput.${name}`,
    before: warmThroughput,
    want: wanted.indexWarmThroughput[name] ?? null,
    now: found.globalIndexes.find((index) => index.name === name)?.warmThroughput,
  }));
  const table = {
    property: 'warmThroughput',
    before: atBackup.warmThroughput,
    want: wanted.warmThroughput,
    now: found.warmThroughput,
  };
  return [table, ...indexes].flatMap(({ property, before, want, now }): Line[] => {
    if (!before) return [];
    const isEnough = now !== undefined && isWarmEnough(now, before);
    if (want === null && isEnough) return [];
    const line = { property, atBackup: unitsText(before), asked: null, found: unitsText(now ?? null) };
    if (want === null) return [{ ...line, outcome: 'NOT_RESTORABLE' }];
    return [{ ...line, outcome: isEnough ? 'SAME' : 'DIFFERENT' }];
  });
}

function onDemandLine(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line {
  const now = found.billingMode === 'PAY_PER_REQUEST' ? maximumText(found.onDemandMaximum) : null;
  const want = wanted.billingMode === 'PAY_PER_REQUEST' ? maximumText(wanted.onDemandMaximum) : null;
  const before = maximumText(atBackup.onDemandMaximum);
  return changed('onDemandMaximum', before, want === before ? null : (want ?? 'none'), want, now);
}

function encryptionLine({ changes, found }: Comparison, atBackup: TableSettings, wanted: WantedSettings): Line {
  const asked = changes.encryption === null ? null : encryptionText(changes.encryption);
  const differs = changes.encryption !== null && !sameEncryption(changes.encryption, atBackup.encryption);
  return {
    property: 'encryption',
    atBackup: encryptionText(atBackup.encryption),
    asked,
    found: encryptionText(found.encryption),
    outcome: settle(differs, sameEncryption(wanted.encryption, found.encryption)),
  };
}

function tagsLine(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line {
  const now = withKnown(found.tags, (tags) => tagsText(tags));
  const then = withKnown(atBackup.tags, (tags) => tagsText(tags.filter((tag) => !tag.key.startsWith('aws:'))));
  if (wanted.tags.state === 'unknown' || found.tags.state === 'unknown') return unknown('tags', then, now);
  const there = new Map(found.tags.value.map((tag) => [tag.key, tag.value]));
  const all = wanted.tags.value.every((tag) => there.get(tag.key) === tag.value);
  return { property: 'tags', atBackup: then, asked: null, found: now, outcome: settle(false, all) };
}

function knownLine<T>(
  property: string,
  atBackup: Known<T>,
  wanted: Known<T>,
  found: Known<T>,
  text: (value: T) => string,
  isAsked: boolean,
): Line {
  const then = withKnown(atBackup, text);
  const now = withKnown(found, text);
  if (wanted.state === 'unknown' || found.state === 'unknown') return unknown(property, then, now);
  return changed(property, then, isAsked ? text(wanted.value) : null, text(wanted.value), now);
}

function streamLine(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line {
  const text = (stream: TableSettings['stream']) => stream?.viewType ?? 'off';
  const line = changed('stream', text(atBackup.stream), null, text(wanted.stream), text(found.stream));
  return line.outcome === 'DIFFERENT' && wanted.hold.stream ? { ...line, asked: 'held back', outcome: 'HELD' } : line;
}

function timeToLiveLine(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line {
  const text = (value: { attribute: string } | null) => (value === null ? 'off' : `on ${value.attribute}`);
  const line = knownLine('timeToLive', atBackup.timeToLive, wanted.timeToLive, found.timeToLive, text, false);
  return line.outcome === 'DIFFERENT' && wanted.hold.timeToLive
    ? { ...line, asked: 'held back', outcome: 'HELD' }
    : line;
}

/** A policy that came over is the same where it says of the new ARN what it said of the old one. */
function policyLine(atBackup: TableSettings, wanted: WantedSettings, found: TableSettings): Line {
  const then = withKnown(atBackup.resourcePolicy, (policy) => policy ?? 'none');
  const now = withKnown(found.resourcePolicy, (policy) => policy ?? 'none');
  if (atBackup.resourcePolicy.state === 'unknown') return unknown('resourcePolicy', then, now);
  if (wanted.resourcePolicy.state === 'unknown') return notRestorable('resourcePolicy', then);
  if (found.resourcePolicy.state === 'unknown') return unknown('resourcePolicy', then, now);
  const same = samePolicy(wanted.resourcePolicy.value, found.resourcePolicy.value);
  return { property: 'resourcePolicy', atBackup: then, asked: null, found: now, outcome: settle(false, same) };
}

/** What hangs on the table in other APIs. Nothing sends changes to a stream again: whoever reads it must be told first. */
function attachedLines(atBackup: SettingsSnapshot, wanted: WantedSettings, found: SettingsSnapshot): Line[] {
  return [
    scalingLine(atBackup, wanted, found),
    attachedLine(
      'contributorInsights',
      atBackup.contributorInsights,
      asComparable(found.contributorInsights, atBackup.contributorInsights),
      contributorInsightsText,
      'DIFFERENT',
    ),
    attachedLine(
      'kinesisDestinations',
      atBackup.kinesisDestinations,
      found.kinesisDestinations,
      kinesisDestinationsText,
      'NOT_RESTORABLE',
    ),
  ];
}

/** A place for which AWS named no mode then has any mode now. */
function asComparable(found: SettingsSnapshot['contributorInsights'], then: SettingsSnapshot['contributorInsights']) {
  if (found.state === 'unknown' || then.state === 'unknown') return found;
  const value = found.value.map((one) =>
    then.value.some(({ index, mode }) => index === one.index && mode === null) ? { ...one, mode: null } : one,
  );
  return { state: 'known' as const, value };
}

/** An on-demand table has nothing to scale. */
function scalingLine(atBackup: SettingsSnapshot, wanted: WantedSettings, found: SettingsSnapshot): Line {
  const { autoScaling } = atBackup;
  const outcome = wanted.billingMode === 'PAY_PER_REQUEST' ? 'NOT_RESTORABLE' : 'DIFFERENT';
  return attachedLine('autoScaling', autoScaling, found.autoScaling, autoScalingText, outcome);
}

function attachedLine<T>(
  property: string,
  atBackup: Known<readonly T[]>,
  found: Known<readonly T[]>,
  text: (value: readonly T[]) => string,
  otherwise: 'DIFFERENT' | 'NOT_RESTORABLE',
): Line {
  const then = withKnown(atBackup, text);
  const now = withKnown(found, text);
  if (atBackup.state === 'unknown' || found.state === 'unknown') return unknown(property, then, now);
  if (then === now || atBackup.value.length === 0) return plain(property, then, now);
  return { property, atBackup: then, asked: null, found: now, outcome: otherwise };
}

/**
 * What is never the same again: the stream's ARN, and alarms, which are bound to a table's name and not read by us. Named in
 * every report; no warning, for the restore could not have gone better.
 */
function lostForGood(atBackup: TableSettings, found: TableSettings): Line[] {
  const then = atBackup.stream?.arn;
  const stream = then === undefined ? [] : [{ ...notRestorable('streamArn', then), found: found.stream?.arn ?? null }];
  return [...stream, notRestorable('alarms', null)];
}

function changedArns(atBackup: TableSettings, found: TableSettings): NonNullable<RestoreReport['arns']> {
  const stream = atBackup.stream?.arn;
  return [
    { of: 'TABLE', from: atBackup.tableArn, to: found.tableArn },
    ...(stream === undefined ? [] : [{ of: 'STREAM' as const, from: stream, to: found.stream?.arn ?? null }]),
  ];
}

function unknown(property: string, atBackup: string | null, found: string | null): Line {
  return { property, atBackup, asked: null, found, outcome: 'UNKNOWN' };
}

function linesWithoutSnapshot(found: SettingsSnapshot): Line[] {
  return [
    unknown('keySchema', null, keysText(found)),
    unknown('globalIndexes', null, namesText(found.globalIndexes)),
    unknown('localIndexes', null, namesText(found.localIndexes)),
    unknown('billingMode', null, found.billingMode),
    unknown('provisionedCapacity', null, unitsText(found.provisioned)),
    unknown('onDemandMaximum', null, maximumText(found.onDemandMaximum)),
    unknown('encryption', null, encryptionText(found.encryption)),
    unknown('tableClass', null, found.tableClass),
    unknown('tags', null, withKnown(found.tags, tagsText)),
    unknown('pointInTimeRecovery', null, withKnown(found.pointInTimeRecovery, recoveryText)),
    unknown('stream', null, found.stream?.viewType ?? 'off'),
    unknown('deletionProtection', null, onOff(found.deletionProtection)),
  ];
}
