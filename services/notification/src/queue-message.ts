import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { composeMail, composeText } from './domain/compose-mail.ts';
import { composeSlack } from './domain/compose-slack.ts';
import type { Content } from './domain/content.ts';
import type { Message } from './domain/message.ts';
import { subjectOf, STANDARD_SUBJECT } from './domain/subject.ts';
import { whoHears } from './domain/who-hears.ts';
import { ChannelEntity, type ChannelRow } from './store/channel-entities.ts';
import { channelsThatHear } from './store/channels.ts';
import { calledOffBy, callOff, queuedOf, queueForChannel, queueMail } from './store/deliveries.ts';
import { DeliveryEntity, PolicyOverrideEntity, SettingsEntity } from './store/entities.ts';

/** SNS takes a subject of 100 ASCII characters and a message of 256 KB (SNS API, Publish). */
const MOST_SNS_BYTES = 250_000;

/**
 * Queues a message for everybody who hears of it, by mail and over the channels for people, in the caller's transaction. A
 * second call does nothing: each recipient has one delivery of what a message is about.
 */
export async function queueMessage(
  { db, clock }: Readonly<{ db: Database; clock: Clock }>,
  tx: Tx,
  message: Message,
): Promise<void> {
  const now = clock.now();
  const { policyId } = message;
  const settings = await tx.findOne(SettingsEntity, { where: { id: 1 } });
  const said = policyId === null ? null : await tx.findOne(PolicyOverrideEntity, { where: { policyId } });
  const override = said?.override ?? null;
  const template = settings?.subjectTemplate ?? null;
  const recipients = whoHears(message, settings, override);
  if (recipients.length > 0)
    await queueMail(db, tx, queuedOf(message), recipients, composeMail(message, template), { now });
  if (override?.silent) return;
  for (const channel of await channelsThatHear(tx, ['SLACK', 'SNS'], message))
    await queueForChannel(db, tx, queuedOf(message), channel, contentOf(message, channel, template), { now });
}

/** A mail takes a minute at most, and the others less. */
const ON_ITS_WAY_MS = 60_000;

/**
 * Queues what tells the end of something for those who were told of its beginning, whoever would hear of it now: for each
 * delivery of the beginning that was made, one of the end. Those not made yet are called off, and have no end; where one may be
 * on its way right now, the end waits for it.
 */
export async function queueEnd(
  { db, clock }: Readonly<{ db: Database; clock: Clock }>,
  tx: Tx,
  message: Message,
  alertId: string,
): Promise<void> {
  const now = clock.now();
  const began = await tx.find(DeliveryEntity, {
    select: { ...calledOffBy, recipient: true, channelId: true },
    where: { alertId },
    ...db.forUpdate(),
  });
  const onTheirWay = await callOff(db, tx, began, { because: 'the alert was over first', now, mostMs: ON_ITS_WAY_MS });
  const settings = await tx.findOne(SettingsEntity, { where: { id: 1 } });
  const template = settings?.subjectTemplate ?? null;
  const of = queuedOf(message);
  for (const { id, status, recipient, channelId } of began) {
    if (status !== 'DELIVERED' && !onTheirWay.has(id)) continue;
    const times = { now, due: onTheirWay.get(id) ?? now };
    if (channelId === null) {
      if (settings?.enabled) await queueMail(db, tx, of, [recipient], composeMail(message, template), times);
      continue;
    }
    const channel = await tx.findOne(ChannelEntity, { where: { id: channelId, enabled: true } });
    if (channel) await queueForChannel(db, tx, of, channel, contentOf(message, channel, template), times);
  }
}

function contentOf(message: Message, channel: Pick<ChannelRow, 'kind' | 'name'>, template: string | null): Content {
  const to = { subject: subjectOf(template ?? STANDARD_SUBJECT, message.words), channelName: channel.name };
  return channel.kind === 'SLACK'
    ? { ...to, body: composeSlack(message) }
    : { ...to, message: withinBytes(composeText(message), MOST_SNS_BYTES) };
}

function withinBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  return `${Buffer.from(text)
    .subarray(0, most - 3)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')}…`;
}
