import { sameAddress } from '@tablekeep/platform/mail-address';
import type { PolicyNotifications } from '@tablekeep/schema/events';
import type { Message, NotifyOn } from './message.ts';

export type Settings = Readonly<{ enabled: boolean; recipients: readonly string[]; notifyOn: readonly NotifyOn[] }>;

/** The addresses that get a message by mail. What its policy says goes before the settings, part by part. */
export function whoHears(
  { severity }: Pick<Message, 'severity'>,
  settings: Settings | null,
  override: PolicyNotifications | null,
): readonly string[] {
  if (!settings?.enabled || override?.silent) return [];
  const notifyOn = override?.notifyOn ?? settings.notifyOn;
  if (!notifyOn.includes(severity)) return [];
  const addresses = override?.recipients ?? settings.recipients;
  return oncePerAddress(addresses);
}

export function oncePerAddress(addresses: readonly string[]): string[] {
  return [...Map.groupBy(addresses, sameAddress).values()].flatMap(([first]) => first ?? []);
}

export type ChannelFilter = Readonly<{ severities: readonly NotifyOn[] | null; policyIds: readonly string[] | null }>;
export type About = Readonly<{ severity: NotifyOn | null; policyId: string | null }>;

/** Whether something passes a channel's filters. What is neither good nor bad news passes every severity. */
export function passes({ severities, policyIds }: ChannelFilter, { severity, policyId }: About): boolean {
  if (severities !== null && severity !== null && !severities.includes(severity)) return false;
  return policyIds === null || (policyId !== null && policyIds.includes(policyId));
}
