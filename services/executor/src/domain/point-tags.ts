import { notRecorded, type SettingsSnapshot } from '@tablekeep/schema/settings';
import type { LostSettings, PointMetadata } from '@tablekeep/schema/vault-points';
import type { PointOrigin } from '@tablekeep/schema/work-items';

/**
 * The tags a recovery point carries so that it can be recognised after a crash (`tablekeep:run`, in the clear) and
 * catalogued from the vault alone (`tablekeep:m0`…, deflated and encrypted). Written once at StartBackupJob, never
 * changed; a copy inherits them. At most 12 of ours; layout version 1.
 */
export const RUN_TAG = 'tablekeep:run';
const METADATA_TAG = 'tablekeep:m';
const MOST_OF_OURS = 12;
const AWS_MOST = 50;
const VALUE_LENGTH = 256;

export type { LostSettings, PointMetadata };

export type Tag = Readonly<{ key: string; value: string }>;
/** Deflates and encrypts, bound to a context; characters of [A-Za-z0-9._-] only, as tags allow. */
export type Seal = (plain: string, context: string) => string;
/** The way back. Throws on text that was altered or belongs to another context. */
export type Unseal = (sealed: string, context: string) => string;

export type PointTags = Readonly<{
  tags: Readonly<Record<string, string>>;
  /** False where there was no room for all that a catalog import needs. */
  selfSufficient: boolean;
  /** Keys of custom tags there was no room for. */
  dropped: readonly string[];
}>;

export function runTagOf(taskId: string, attempt: number): string {
  return `${taskId}/${attempt}`;
}

export function lostSettings(settings: SettingsSnapshot): LostSettings {
  const { tableClass, onDemandMaximum, deletionProtection } = settings;
  const { timeToLive, pointInTimeRecovery, resourcePolicy } = settings;
  const { autoScaling, contributorInsights, kinesisDestinations } = settings;
  return {
    tableClass,
    onDemandMaximum,
    deletionProtection,
    // Its ARN does not come back, and tags have little room.
    stream: settings.stream && { viewType: settings.stream.viewType },
    timeToLive,
    pointInTimeRecovery,
    resourcePolicy,
    autoScaling,
    contributorInsights,
    kinesisDestinations,
  };
}

/** What a former release did not write. The layout stays 1: that release passes over what it does not know. */
const noSchedules: Pick<PointOrigin, 'rules' | 'coldAfterDays'> = { rules: [], coldAfterDays: null };
const writtenLater = { autoScaling: notRecorded, contributorInsights: notRecorded, kinesisDestinations: notRecorded };

/** The settings that can be long, in the order in which they give way; each may have more text than all others together. */
const GIVE_WAY = ['resourcePolicy', 'autoScaling', 'contributorInsights'] as const;

/**
 * AWS allows 50 tags on a point, the table's own included (its `aws:` tags do not count). Where they do not fit, ours
 * give way, in this order: the table's resource policy, its auto scaling, its Contributor Insights, its other settings,
 * all metadata, custom tags from the last, and at the very end the run tag. The backup always starts.
 */
export function encodePointTags(
  metadata: PointMetadata,
  tableTags: readonly Tag[],
  customTags: readonly Tag[],
  seal: Seal,
): PointTags {
  const keys = new Set(tableTags.filter((tag) => !tag.key.startsWith('aws:')).map((tag) => tag.key));
  const room = () => AWS_MOST - keys.size;
  const tags: Record<string, string> = {};
  if (room() > 0) {
    keys.add(RUN_TAG);
    tags[RUN_TAG] = runTagOf(metadata.taskId, metadata.attempt);
  }
  const dropped: string[] = [];
  for (const tag of customTags) {
    if (!keys.has(tag.key) && room() === 0) {
      dropped.push(tag.key);
      continue;
    }
    keys.add(tag.key);
    tags[tag.key] = tag.value;
  }
  const context = contextOf(runTagOf(metadata.taskId, metadata.attempt));
  const mostChunks = RUN_TAG in tags ? Math.min(MOST_OF_OURS - 1, room()) : 0;
  for (const [index, candidate] of reductions(metadata).entries()) {
    const chunks = split(seal(JSON.stringify(candidate), context));
    if (chunks.length > mostChunks) continue;
    chunks.forEach((chunk, at) => (tags[`${METADATA_TAG}${at}`] = chunk));
    return { tags, selfSufficient: index === 0, dropped };
  }
  return { tags, selfSufficient: false, dropped };
}

/** Reads back what `encodePointTags` wrote; null where a point carries none of ours. Throws on tags that were altered. */
export function decodePointTags(tags: Readonly<Record<string, string>>, unseal: Unseal): PointMetadata | null {
  const run = tags[RUN_TAG];
  if (run === undefined || !hasMetadata(tags)) return null;
  const text = sealedText(tags);
  const metadata = JSON.parse(unseal(text, contextOf(run))) as PointMetadata;
  if (metadata.version !== 1) throw new Error(`Point tags of layout ${String(metadata.version)}: this release reads 1`);
  return {
    ...metadata,
    origin: { ...noSchedules, ...metadata.origin },
    settings: metadata.settings && { ...writtenLater, ...metadata.settings },
  };
}

/** The metadata as it lies in the tags; empty where there is none. */
export function sealedText(tags: Readonly<Record<string, string>>): string {
  let text = '';
  for (let at = 0; tags[`${METADATA_TAG}${at}`] !== undefined; at++) text += tags[`${METADATA_TAG}${at}`];
  return text;
}

/** Whether the tag is one of Tablekeep's own. */
export function isOurs(key: string): boolean {
  return key === RUN_TAG || key.startsWith(METADATA_TAG);
}

export function hasMetadata(tags: Readonly<Record<string, string>>): boolean {
  return tags[`${METADATA_TAG}0`] !== undefined;
}

function reductions(metadata: PointMetadata): readonly PointMetadata[] {
  if (metadata.settings === null) return [metadata];
  const dropped = { state: 'unknown', because: 'did not fit into the tags' } as const;
  const candidates = [metadata];
  let settings = metadata.settings;
  for (const property of GIVE_WAY) {
    settings = { ...settings, [property]: dropped };
    candidates.push({ ...metadata, settings });
  }
  return [...candidates, { ...metadata, settings: null }];
}

function split(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / VALUE_LENGTH) }, (_, at) =>
    text.slice(at * VALUE_LENGTH, (at + 1) * VALUE_LENGTH),
  );
}

/** Ties the ciphertext to its run: tags moved from one point to another do not decrypt. */
function contextOf(run: string): string {
  return `point-tags/${run}`;
}
