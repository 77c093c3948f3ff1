import type { PolicyNotifications } from '@tablekeep/schema/events';
import { severityOf, type NotifyOn, type SessionResult } from './compose-mail.ts';

export type Settings = Readonly<{ enabled: boolean; recipients: readonly string[]; notifyOn: readonly NotifyOn[] }>;

const LOOKS: ReadonlySet<SessionResult['type']> = new Set(['INVENTORY_SCAN', 'IMPORT']);

/**
 * The addresses that hear of a session's end. What the session's policy says goes before the settings, part by part. A
 * scheduled look at tables or vaults that went well is nobody's news: they come every day.
 */
export function whoHears(
  { type, status, trigger }: Pick<SessionResult, 'type' | 'status' | 'trigger'>,
  settings: Settings | null,
  override: PolicyNotifications | null,
): readonly string[] {
  const severity = severityOf(status);
  if (LOOKS.has(type) && trigger === 'SCHEDULE' && severity === 'SUCCESS') return [];
  if (!settings?.enabled || override?.silent) return [];
  const notifyOn = override?.notifyOn ?? settings.notifyOn;
  return notifyOn.includes(severity) ? [...new Set(override?.recipients ?? settings.recipients)] : [];
}
