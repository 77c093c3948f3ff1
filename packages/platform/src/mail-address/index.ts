import type { UserError } from '../errors/index.ts';

/** As strict as a mail server is about what is plainly not an address, and no stricter (RFC 5321 §4.1.2). */
const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+$/u;
const LONGEST = 254;

export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text) && text.length <= LONGEST;
}

/** One mail per address, in whatever case it is written: no mail system in use tells the part before the @ apart by case. */
export const sameAddress = (address: string): string => address.toLowerCase();

/** Everything that is wrong with a list of recipients. @param path where the list is in the input */
export function recipientProblems(recipients: readonly string[], path: readonly string[]): UserError[] {
  const seen = new Set<string>();
  return recipients.flatMap((recipient, i) => {
    const at = [...path, String(i)];
    if (!isMailAddress(recipient)) {
      const message = `"${recipient}" is not an address; one reads name@example.com.`;
      return [{ code: 'BAD_ADDRESS', message, path: at }];
    }
    const isTwice = seen.has(sameAddress(recipient));
    seen.add(sameAddress(recipient));
    return isTwice ? [{ code: 'DUPLICATE', message: `${recipient} is named twice.`, path: at }] : [];
  });
}
