import type { RequestContext } from '@tablekeep/platform/subgraph';
import type { AlertRow } from '../store/alerts.ts';
import type { DeliveryAttemptRow, ChannelRow } from '../store/channel-entities.ts';
import type { AuditRow, DeliveryRow, SettingsRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';

/** What resolvers start from: rows, not API types. */
export type NotificationSettingsParent = SettingsRow;
export type DeliveryParent = DeliveryRow;
export type DeliveryAttemptParent = DeliveryAttemptRow;
export type NotificationChannelParent = ChannelRow;
export type AuditEntryParent = AuditRow;
export type AlertParent = AlertRow;

export type Context = RequestContext & Readonly<{ loaders: Loaders }>;
