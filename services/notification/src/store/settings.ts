import type { SettingsRow } from './entities.ts';

export const SWITCHED_OFF: SettingsRow = {
  id: 1,
  enabled: false,
  smtpHost: null,
  smtpPort: null,
  smtpSecure: false,
  smtpTls: null,
  smtpCa: null,
  smtpUser: null,
  smtpPassword: null,
  smtpOAuth: null,
  from: null,
  recipients: [],
  notifyOn: ['SUCCESS', 'WARNING', 'ERROR'],
  subjectTemplate: null,
};
