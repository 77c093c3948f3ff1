import type { AlertFacts } from '@tablekeep/schema/alert-events';
import { sayTime } from '@tablekeep/schema/brief';
import { nextSlot } from '../domain/schedules/slots.ts';
import { unknownTimeZone } from '../domain/schedules/validate-schedules.ts';
import type { PolicyRow } from '../store/entities.ts';

/** What every alert about one policy says of it. */
export function factsOfPolicy({
  id,
  name,
  accountId,
  document,
}: PolicyRow): Pick<AlertFacts, 'accountId' | 'region' | 'policyId' | 'policyName'> {
  const [region = null, ...more] = document.regions;
  return { accountId, region: more.length === 0 ? region : null, policyId: id, policyName: name };
}

/** When the policy does something by itself next, as the end of a sentence. */
export function sayNextRun({ document: { schedules } }: PolicyRow, now: Date): string | null {
  if (!schedules || unknownTimeZone(schedules) !== null) return null;
  const next = nextSlot(schedules, now);
  return next && `with the policy’s next run, ${sayTime(next.at)}`;
}
