import { ids, orders, POLICY_NAME } from './samples.ts';
import type { EventDocs } from './types.ts';

/** What the members of a verification are, where they stand under `prefix`. */
export function verificationFields(prefix: string): Readonly<Record<string, string>> {
  const fields = {
    outcome: 'VERIFIED: it came back as it was. FAILED: it did not come back, or not as it was.',
    verifiedAt: 'When that was known.',
    restoreSeconds:
      'By AWS’s clock, from the start of the restore until the table could be used; null: it never could.',
    itemCount: 'Of the restored table; as AWS shows it, which may lag six hours, unless `countedExactly`.',
    countedExactly: 'True: the items were counted one by one.',
    sizeBytes: 'Of the restored table as AWS shows it, which may lag six hours.',
    problems: 'For people: why it failed.',
    remarks: 'For people: what is worth knowing beside the outcome.',
  };
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [`${prefix}${name}`, text]));
}

export const verificationDocs = {
  'dev.tablekeep.verification.due.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy'],
    summary:
      'A slot of the policy’s verification has come: the session of this id shall verify its tables’ newest points.',
    more: 'What comes of it is told by dev.tablekeep.restore-point.verified.v1 and dev.tablekeep.session.finished.v1.',
    subject: 'the policy’s id',
    fields: {
      slotAt: 'The slot it is the run of.',
      countItems: 'Whether the items are counted one by one.',
      lateBecause: 'Why it runs later than its slot, in words; null: it does not.',
    },
    examples: [
      {
        name: 'the weekly verification',
        subject: ids.policy,
        data: {
          policyId: ids.policy,
          policyName: POLICY_NAME,
          accountId: ids.account,
          sessionId: ids.verification,
          slotAt: '2026-11-29T04:00:00.000Z',
          countItems: true,
          lateBecause: null,
          retryCount: 3,
          retryDelaySeconds: 600,
        },
      },
    ],
  },
  'dev.tablekeep.verification.tables.v1': {
    audience: 'INTERNAL',
    sentBy: ['policy'],
    summary: 'A part of the tables that a verification is about; it is planned once all parts have come.',
    subject: 'the session’s id',
    fields: { tableArns: 'Of the tables of this part.' },
    examples: [
      {
        name: 'a policy of one table',
        subject: ids.verification,
        data: {
          sessionId: ids.verification,
          policyId: ids.policy,
          accountId: ids.account,
          countItems: true,
          chunk: 1,
          chunks: 1,
          tableArns: [orders.arn],
        },
      },
    ],
  },
} as const satisfies EventDocs;
