import type { Database } from '@tablekeep/platform/database';
import { SettingsEntity, type SettingsRow } from './entities.ts';

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

type OAuth = NonNullable<SettingsRow['smtpOAuth']>;

/** Keeps the refresh token that came with an access token, unless the settings have changed since it was asked for. */
export async function replaceRefreshToken(db: Database, used: OAuth, refreshToken: string): Promise<void> {
  await db.transaction(async (tx) => {
    const settings = await tx.findOne(SettingsEntity, { where: { id: 1 }, ...db.forUpdate() });
    if (settings?.smtpOAuth?.refreshToken !== used.refreshToken) return;
    await tx.update(SettingsEntity, { id: 1 }, { smtpOAuth: { ...settings.smtpOAuth, refreshToken } });
  });
}
