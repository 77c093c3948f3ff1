import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { ChannelKind } from '../domain/content.ts';
import { passes, type About } from '../domain/who-hears.ts';
import { ChannelEntity, type ChannelRow } from './channel-entities.ts';
import { cancelWaiting } from './deliveries.ts';

/** Those of the kinds that are enabled and whose filters let it through. Channels are few: the filters are ours, not SQL's. */
export async function channelsThatHear(tx: Tx, kinds: readonly ChannelKind[], about: About): Promise<ChannelRow[]> {
  const channels = await tx.find(ChannelEntity, { where: kinds.map((kind) => ({ kind, enabled: true })) });
  return channels.filter((channel) => passes(channel, about));
}

/** Until the transaction ends nobody else who locks it queues for the channel. Null: it was removed meanwhile. */
export function lockChannel(db: Database, tx: Tx, id: string): Promise<ChannelRow | null> {
  return tx.findOne(ChannelEntity, { where: { id }, ...db.forUpdate() });
}

/**
 * The receiver said that it is gone for good. False where the channel was disabled or changed meanwhile: its new address has
 * said nothing.
 */
export async function disableChannel(
  db: Database,
  tx: Tx,
  o: Readonly<{ channel: ChannelRow; because: string; now: Date }>,
): Promise<boolean> {
  const { id, version, name, kind } = o.channel;
  const disabled = { enabled: false, version: version + 1, disabledBecause: o.because, disabledAt: o.now };
  const { affected } = await tx.update(
    ChannelEntity,
    { id, version, enabled: true },
    { ...disabled, updatedAt: o.now },
  );
  if (affected === 0) return false;
  await cancelWaiting(tx, id, `the channel was disabled: ${o.because}`.slice(0, 1_000));
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.notification.channel.disabled.v1',
    subject: id,
    data: { channelId: id, channelName: name, kind, because: o.because },
  });
  return true;
}
