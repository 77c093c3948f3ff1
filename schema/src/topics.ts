/** The owners of topics; `source` of every event. */
export const serviceNames = ['policy', 'session', 'executor', 'retention', 'notification', 'gateway'] as const;
export type ServiceName = (typeof serviceNames)[number];

export const topics = [
  'tablekeep.policy',
  'tablekeep.session',
  'tablekeep.task',
  'tablekeep.restore-point',
  'tablekeep.inventory',
  'tablekeep.notification',
  'tablekeep.audit',
  'tablekeep.alert',
] as const;
export type Topic = (typeof topics)[number];
