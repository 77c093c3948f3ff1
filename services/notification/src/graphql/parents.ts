import type { AuditRow, DeliveryRow, SettingsRow } from '../store/entities.ts';

/** What resolvers start from: rows, not API types. */
export type NotificationSettingsParent = SettingsRow;
export type DeliveryParent = DeliveryRow;
export type AuditEntryParent = AuditRow;
