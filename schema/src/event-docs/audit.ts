import { ids, POLICY_NAME } from './samples.ts';
import type { EventDocs } from './types.ts';

export const auditDocs = {
  'dev.tablekeep.audit.recorded.v1': {
    audience: 'ADMIN',
    sentBy: ['policy', 'session', 'executor', 'retention', 'notification', 'gateway'],
    summary: 'Somebody has asked for a change, and what came of it.',
    more: 'Told twice for each request, before and after, so that one which ended the process is seen as well.',
    subject: 'the audit entry’s id',
    fields: {
      auditId: 'The same in both events of one request.',
      phase: 'REQUESTED before, then COMPLETED, REFUSED (the caller can mend it) or FAILED.',
      at: 'By the clock of the service.',
      actor: 'Who asked.',
      service: 'Who was asked.',
      action: 'The mutation’s name.',
      input: 'As it was given, secrets removed.',
      outcome: 'In words; null before there is one.',
      requestId: 'The same in the answer’s x-request-id.',
    },
    examples: [
      {
        name: 'a policy was deleted',
        subject: ids.audit,
        data: {
          auditId: ids.audit,
          phase: 'COMPLETED',
          at: '2026-11-27T09:14:03.771Z',
          actor: { kind: 'user', id: ids.token, name: 'operations', role: 'ADMIN' },
          service: 'policy',
          action: 'deletePolicy',
          input: { id: ids.policy, name: POLICY_NAME },
          outcome: null,
          requestId: ids.request,
        },
      },
    ],
  },
} as const satisfies EventDocs;
