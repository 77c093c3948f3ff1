import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { composeMail, composeText } from './domain/compose-mail.ts';
import { composeSlack } from './domain/compose-slack.ts';
import type { Message } from './domain/message.ts';
import { subjectOf, STANDARD_SUBJECT } from './domain/subject.ts';
import { whoHears } from './domain/who-hears.ts';
import { channelsThatHear } from './store/channels.ts';
import { queuedOf, queueForChannel, queueMail } from './store/deliveries.ts';
import { PolicyOverrideEntity, SettingsEntity } from './store/entities.ts';

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
    await queueMail(db, tx, queuedOf(message), recipients, composeMail(message, template), now);
  if (override?.silent) return;
  const subject = subjectOf(template ?? STANDARD_SUBJECT, message.words);
  for (const channel of await channelsThatHear(tx, ['SLACK', 'SNS'], message)) {
    const to = { subject, channelName: channel.name };
    const content =
      channel.kind === 'SLACK'
        ? { ...to, body: composeSlack(message) }
        : { ...to, message: withinBytes(composeText(message), MOST_SNS_BYTES) };
    await queueForChannel(db, tx, queuedOf(message), channel, content, { now });
  }
}

function withinBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  return `${Buffer.from(text)
    .subarray(0, most - 3)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')}…`;
}
