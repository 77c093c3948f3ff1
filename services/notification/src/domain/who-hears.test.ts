import { describe, expect, test } from '@jest/globals';
import { whoHears, type Settings } from './who-hears.ts';

const settings: Settings = { enabled: true, recipients: ['all@example.com'], notifyOn: ['WARNING', 'ERROR'] };
const nothing = { silent: false, recipients: null, notifyOn: null };
const failed = { type: 'POLICY_BACKUP', status: 'FAILED' } as const;
const succeeded = { type: 'POLICY_BACKUP', status: 'SUCCEEDED' } as const;

describe('who hears of a session', () => {
  test.each([
    ['as the settings say', failed, settings, null, ['all@example.com']],
    ['not of what the settings leave out', succeeded, settings, null, []],
    ['nobody where mail is off', failed, { ...settings, enabled: false }, null, []],
    ['nobody before there are settings', failed, null, null, []],
    ['a policy that says nothing changes nothing', failed, settings, nothing, ['all@example.com']],
    ['a policy’s own people', failed, settings, { ...nothing, recipients: ['own@example.com'] }, ['own@example.com']],
    [
      'a policy’s own results',
      succeeded,
      settings,
      { ...nothing, notifyOn: ['SUCCESS' as const] },
      ['all@example.com'],
    ],
    ['nobody of a silent policy', failed, settings, { ...nothing, silent: true }, []],
    [
      'nobody of a scheduled scan that went well',
      { type: 'INVENTORY_SCAN', status: 'SUCCEEDED', trigger: 'SCHEDULE' } as const,
      { ...settings, notifyOn: ['SUCCESS' as const] },
      null,
      [],
    ],
    [
      'of a scan somebody asked for',
      { type: 'INVENTORY_SCAN', status: 'SUCCEEDED', trigger: 'PERSON' } as const,
      { ...settings, notifyOn: ['SUCCESS' as const] },
      null,
      ['all@example.com'],
    ],
    [
      'of a scheduled scan that failed',
      { type: 'INVENTORY_SCAN', status: 'FAILED', trigger: 'SCHEDULE' } as const,
      settings,
      null,
      ['all@example.com'],
    ],
  ])('%s', (_what, session, said, override, expected) => {
    expect(whoHears(session, said, override)).toEqual(expected);
  });
});
