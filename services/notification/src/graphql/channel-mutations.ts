import type { Clock } from '@tablekeep/platform/clock';
import { isDuplicateKey, type Database, type Tx } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import type { Keyring } from '@tablekeep/platform/keyring';
import { randomBytes } from 'node:crypto';
import { channelProblems, shownUrl, type ChannelFacts } from '../domain/validate-channel.ts';
import { secretText, standing } from '../domain/webhook.ts';
import { SECRET_CONTEXT, URL_CONTEXT } from '../senders/send-to-channel.ts';
import { ChannelEntity, type ChannelRow, type StoredSecret } from '../store/channel-entities.ts';
import { cancelWaiting } from '../store/deliveries.ts';
import { DeliveryEntity } from '../store/entities.ts';
import type {
  MutationCreateNotificationChannelArgs,
  MutationDeleteNotificationChannelArgs,
  MutationRedeliverArgs,
  MutationRotateWebhookSecretArgs,
  MutationUpdateNotificationChannelArgs,
} from './resolver-types.ts';

/** What is known elsewhere: policies by the policy service, accounts too. Empty: all exist. */
export type AskExistence = (
  named: Readonly<{ policyIds: readonly string[]; accountId: string | null }>,
) => Promise<readonly UserError[]>;

type Deps = Readonly<{ db: Database; keyring: Keyring; clock: Clock; ask: AskExistence }>;

const KEY_BYTES = 32;
const OVERLAP_HOURS = 24;
const MOST_OVERLAP_HOURS = 168;
const MOST_SECRETS = 5;
const HOUR_MS = 3_600_000;

export function channelMutations(deps: Deps) {
  const { db, keyring, clock } = deps;
  return {
    createNotificationChannel: async (_parent: unknown, { input }: MutationCreateNotificationChannelArgs) => {
      const facts: ChannelFacts = {
        kind: input.kind,
        name: input.name,
        url: input.url ?? null,
        topicArn: input.topicArn ?? null,
        accountId: input.accountId ?? null,
        severities: input.severities ?? null,
        policyIds: input.policyIds ?? null,
        eventTypes: input.eventTypes ?? null,
      };
      await refuseProblems(deps, facts, input);
      const id = newId();
      const now = clock.now();
      const made = facts.kind === 'WEBHOOK' ? newSecret(keyring, id, now) : null;
      const channel: ChannelRow = {
        ...stored(keyring, id, facts),
        id,
        enabled: input.enabled ?? true,
        version: 1,
        secrets: made ? [made.stored] : [],
        disabledBecause: null,
        disabledAt: null,
        lastEndAt: null,
        createdAt: now,
        updatedAt: now,
      };
      await namedOnce(facts.name, () => db.transaction((tx) => tx.insert(ChannelEntity, channel)));
      return { channel, secret: made?.text ?? null, userErrors: [] };
    },

    updateNotificationChannel: async (_parent: unknown, { input }: MutationUpdateNotificationChannelArgs) => {
      const seen = await db.reader.findOne(ChannelEntity, { where: { id: input.id } });
      if (!seen) throw new UserErrors([noChannel(input.id, 'id')]);
      const { url, facts } = changed(keyring, seen, input);
      await refuseProblems(deps, facts, input);
      const channel = await namedOnce(facts.name, () =>
        db.transaction(async (tx) => {
          const before = await lockChannel(db, tx, input.id, input.version);
          const enabled = input.enabled ?? before.enabled;
          const after: ChannelRow = {
            ...before,
            ...(url === null ? factsStored(facts, before) : stored(keyring, before.id, facts)),
            enabled,
            version: before.version + 1,
            ...(enabled && { disabledBecause: null, disabledAt: null }),
            updatedAt: clock.now(),
          };
          await tx.update(ChannelEntity, { id: before.id }, after);
          if (before.enabled && !enabled) await cancelWaiting(tx, before.id, 'the channel was disabled');
          return after;
        }),
      );
      return { channel, userErrors: [] };
    },

    deleteNotificationChannel: async (_parent: unknown, { input }: MutationDeleteNotificationChannelArgs) => {
      await db.transaction(async (tx) => {
        await lockChannel(db, tx, input.id, input.version);
        await cancelWaiting(tx, input.id, 'the channel was removed');
        await tx.delete(ChannelEntity, { id: input.id });
      });
      return { deletedId: input.id, userErrors: [] };
    },

    rotateWebhookSecret: async (_parent: unknown, { input }: MutationRotateWebhookSecretArgs) => {
      const { channelId } = input;
      const overlapHours = input.overlapHours ?? OVERLAP_HOURS;
      if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > MOST_OVERLAP_HOURS) {
        const message = `An overlap is 0 to ${MOST_OVERLAP_HOURS} hours.`;
        throw new UserErrors([{ code: 'BAD_OVERLAP', message, path: ['overlapHours'] }]);
      }
      const now = clock.now();
      const made = newSecret(keyring, channelId, now);
      const channel = await db.transaction(async (tx) => {
        const before = await lockChannel(db, tx, channelId, null);
        if (before.kind !== 'WEBHOOK') {
          const message = `Only webhooks sign; this channel is ${before.kind}.`;
          throw new UserErrors([{ code: 'NOT_OF_KIND', message, path: ['channelId'] }]);
        }
        const end = new Date(now.getTime() + overlapHours * HOUR_MS).toISOString();
        const former = standing(before.secrets, now).map((one) => ({ ...one, expiresAt: one.expiresAt ?? end }));
        const secrets = standing([made.stored, ...former], now).slice(0, MOST_SECRETS);
        const after = { ...before, secrets, version: before.version + 1, updatedAt: now };
        await tx.update(ChannelEntity, { id: channelId }, after);
        return after;
      });
      return { channel, secret: made.text, userErrors: [] };
    },

    redeliver: async (_parent: unknown, { input }: MutationRedeliverArgs) => ({
      delivery: await redeliver(deps, input.deliveryId),
      userErrors: [],
    }),
  };
}

/** Due at once, with all tries before it. Twice at once: the second finds it waiting. */
async function redeliver({ db, clock }: Deps, id: string) {
  const refuse = (code: string, message: string) => new UserErrors([{ code, message, path: ['deliveryId'] }]);
  return db.transaction(async (tx) => {
    const delivery = await tx.findOne(DeliveryEntity, { where: { id }, ...db.forUpdate() });
    if (!delivery)
      throw refuse('NOT_FOUND', `There is no delivery ${id}; those that are over are kept for a while only.`);
    if (delivery.status === 'PENDING')
      throw refuse('NOT_OVER', 'It is still being tried; nextTryAt says when it is tried again.');
    if (delivery.channelId !== null) {
      const channel = await tx.findOne(ChannelEntity, { where: { id: delivery.channelId } });
      if (!channel) throw refuse('NO_CHANNEL', 'Its channel was removed.');
      if (!channel.enabled) throw refuse('CHANNEL_DISABLED', 'Its channel is disabled; enable it first.');
    }
    const again = {
      status: 'PENDING' as const,
      nextTryAt: clock.now(),
      triesFrom: delivery.attempts,
      deliveredAt: null,
      lastError: null,
    };
    await tx.update(DeliveryEntity, { id }, again);
    return { ...delivery, ...again };
  });
}

type UpdateInput = MutationUpdateNotificationChannelArgs['input'];

/** `url` null: unchanged. The stored one is checked with the rest. */
function changed(keyring: Keyring, before: ChannelRow, input: UpdateInput) {
  const kept = <T>(given: T | undefined, was: T): T => (given === undefined ? was : given);
  const known = before.url === null ? null : keyring.decrypt(before.url, `${URL_CONTEXT} ${before.id}`).toString();
  const facts: ChannelFacts = {
    kind: before.kind,
    name: input.name ?? before.name,
    url: input.url ?? known,
    topicArn: input.topicArn ?? before.topicArn,
    accountId: input.accountId ?? before.accountId,
    severities: kept<ChannelFacts['severities']>(input.severities, before.severities),
    policyIds: kept<ChannelFacts['policyIds']>(input.policyIds, before.policyIds),
    eventTypes: kept<ChannelFacts['eventTypes']>(input.eventTypes, before.eventTypes),
  };
  return { url: input.url ?? null, facts };
}

/** @param named what the caller names anew: what a channel had already may have gone since */
async function refuseProblems(
  { ask }: Deps,
  facts: ChannelFacts,
  named: Readonly<{ policyIds?: readonly string[] | null | undefined; accountId?: string | null | undefined }>,
): Promise<void> {
  const problems = channelProblems(facts);
  const accountId = facts.kind === 'SNS' ? (named.accountId ?? null) : null;
  const asked = await ask({ policyIds: [...new Set(named.policyIds ?? [])], accountId });
  if (problems.length + asked.length > 0) throw new UserErrors([...problems, ...asked]);
}

function stored(keyring: Keyring, id: string, facts: ChannelFacts) {
  const url = facts.url === null ? null : keyring.encrypt(facts.url, `${URL_CONTEXT} ${id}`);
  return factsStored(facts, { url, shownUrl: facts.url === null ? null : shownUrl(facts.kind, facts.url) });
}

function factsStored(facts: ChannelFacts, { url, shownUrl: shown }: Pick<ChannelRow, 'url' | 'shownUrl'>) {
  const list = <T>(values: readonly T[] | null): T[] | null => values && [...values];
  return {
    kind: facts.kind,
    name: facts.name,
    topicArn: facts.topicArn,
    accountId: facts.accountId,
    severities: list(facts.severities),
    policyIds: list(facts.policyIds),
    eventTypes: list(facts.eventTypes),
    url,
    shownUrl: shown,
  };
}

function newSecret(keyring: Keyring, channelId: string, now: Date): { text: string; stored: StoredSecret } {
  const text = secretText(randomBytes(KEY_BYTES));
  const secret = keyring.encrypt(text, `${SECRET_CONTEXT} ${channelId}`);
  return { text, stored: { id: newId(), secret, createdAt: now.toISOString(), expiresAt: null } };
}

/** The row, locked until the transaction ends, if it is still as the caller saw it. */
async function lockChannel(db: Database, tx: Tx, id: string, version: number | null): Promise<ChannelRow> {
  const channel = await tx.findOne(ChannelEntity, { where: { id }, ...db.forUpdate() });
  if (!channel) throw new UserErrors([noChannel(id, version === null ? 'channelId' : 'id')]);
  if (version !== null && channel.version !== version) {
    const message = `The channel is at version ${channel.version}: somebody has changed it since. Look at it again.`;
    throw new UserErrors([{ code: 'CONFLICT', message, path: ['version'] }]);
  }
  return channel;
}

const noChannel = (id: string, field: string): UserError => ({
  code: 'NOT_FOUND',
  message: `There is no channel ${id}.`,
  path: [field],
});

/** Two replicas may both have found the name free: the unique index decides. */
async function namedOnce<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const message = `A channel named "${name}" exists already.`;
    throw new UserErrors([{ code: 'DUPLICATE_NAME', message, path: ['name'] }]);
  }
}
