import { column } from '@tablekeep/platform/database';
import { EntitySchema } from 'typeorm';
import type { ChannelKind } from '../domain/content.ts';
import type { NotifyOn } from '../domain/message.ts';

/** Encrypted. `expiresAt` null: the current one. */
export type StoredSecret = { id: string; secret: string; createdAt: string; expiresAt: string | null };

/** `url` is encrypted, since some are secrets whole; `shownUrl` is what people may see of it. */
export type ChannelRow = {
  id: string;
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  version: number;
  url: string | null;
  shownUrl: string | null;
  topicArn: string | null;
  accountId: string | null;
  severities: NotifyOn[] | null;
  policyIds: string[] | null;
  eventTypes: string[] | null;
  secrets: StoredSecret[];
  disabledBecause: string | null;
  disabledAt: Date | null;
  /** Of a switch: when the run ended whose end it was told last; null: none yet. */
  lastEndAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
};

export const ChannelEntity = new EntitySchema<ChannelRow>({
  name: 'channel',
  columns: {
    id: { ...column.id(), primary: true },
    kind: column.text(16),
    name: column.text(100),
    enabled: column.bool(),
    version: column.int(),
    url: column.text(4000, { nullable: true }),
    shownUrl: { ...column.text(2000, { nullable: true }), name: 'shown_url' },
    topicArn: { ...column.arn({ nullable: true }), name: 'topic_arn' },
    accountId: { ...column.id({ nullable: true }), name: 'account_id' },
    severities: column.json({ nullable: true }),
    policyIds: { ...column.json({ nullable: true }), name: 'policy_ids' },
    eventTypes: { ...column.json({ nullable: true }), name: 'event_types' },
    secrets: column.json(),
    disabledBecause: { ...column.text(1000, { nullable: true }), name: 'disabled_because' },
    disabledAt: { ...column.time({ nullable: true }), name: 'disabled_at' },
    lastEndAt: { ...column.time({ nullable: true }), name: 'last_end_at' },
    createdAt: { ...column.time(), name: 'created_at' },
    updatedAt: { ...column.time(), name: 'updated_at' },
  },
});

/** Written when the try begins; `durationMs` null: under way, or its process ended. */
export type DeliveryAttemptRow = {
  deliveryId: string;
  number: number;
  at: Date;
  durationMs: number | null;
  answerCode: number | null;
  answer: string | null;
  error: string | null;
};

export const DeliveryAttemptEntity = new EntitySchema<DeliveryAttemptRow>({
  name: 'delivery_attempt',
  columns: {
    deliveryId: { ...column.id(), name: 'delivery_id', primary: true },
    number: { ...column.int(), primary: true },
    at: { ...column.time(), name: 'tried_at' },
    durationMs: { ...column.int({ nullable: true }), name: 'duration_ms' },
    answerCode: { ...column.int({ nullable: true }), name: 'answer_code' },
    answer: column.text(500, { nullable: true }),
    error: column.text(1000, { nullable: true }),
  },
});
