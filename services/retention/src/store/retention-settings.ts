import type { Database, Tx } from '@tablekeep/platform/database';
import type { RetentionSettings } from '../domain/retention/check-settings.ts';
import { SAFETY } from '../domain/retention/safety.ts';
import { RetentionSettingsEntity, type RetentionSettingsRow } from './retention-entities.ts';

/** The one row there is. */
const ID = 'retention';

const DEFAULTS: RetentionSettings = {
  timeOfDay: '04:00',
  timeZone: 'UTC',
  jitterMinutes: 30,
  sharePercent: SAFETY.sharePercent,
  sessionKeepDays: 'UNSET',
};

export async function readSettings(reader: Tx): Promise<RetentionSettings> {
  return settingsOf(await reader.findOneBy(RetentionSettingsEntity, { id: ID }));
}

function settingsOf(row: RetentionSettingsRow | null): RetentionSettings {
  if (row === null) return DEFAULTS;
  const { timeOfDay, timeZone, jitterMinutes, sharePercent, sessionKeepDays, sessionKeepSaid } = row;
  const said = { timeOfDay, timeZone, jitterMinutes, sharePercent };
  return { ...said, sessionKeepDays: sessionKeepSaid ? sessionKeepDays : 'UNSET' };
}

/** The settings, held by this transaction, with their version. */
export async function lockSettings(
  db: Database,
  tx: Tx,
): Promise<Readonly<{ settings: RetentionSettings; version: number }>> {
  await db.insertOnce(tx, RetentionSettingsEntity, { ...rowOf(DEFAULTS), version: 0 });
  const row = await tx.findOne(RetentionSettingsEntity, { where: { id: ID }, ...db.forUpdate() });
  return { settings: settingsOf(row), version: row?.version ?? 0 };
}

export async function saveSettings(tx: Tx, settings: RetentionSettings, version: number): Promise<void> {
  await tx.update(RetentionSettingsEntity, { id: ID }, { ...rowOf(settings), version });
}

function rowOf({ sessionKeepDays, ...settings }: RetentionSettings): Omit<RetentionSettingsRow, 'version'> {
  const sessionKeepSaid = sessionKeepDays !== 'UNSET';
  return { id: ID, ...settings, sessionKeepSaid, sessionKeepDays: sessionKeepSaid ? sessionKeepDays : null };
}
