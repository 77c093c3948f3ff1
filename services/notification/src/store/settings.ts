import type { DailyReportSettings, SettingsRow } from './entities.ts';

/** Until somebody says otherwise. */
export const NO_REPORT: DailyReportSettings = {
  enabled: false,
  timeOfDay: '07:00',
  timeZone: 'UTC',
  recipients: null,
  after: '1970-01-01T00:00:00.000Z',
};

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
  dailyReport: null,
};
