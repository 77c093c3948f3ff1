import { describe, expect, test } from '@jest/globals';
import { passes, whoHears, type Settings } from './who-hears.ts';

const settings: Settings = { enabled: true, recipients: ['all@example.com'], notifyOn: ['WARNING', 'ERROR'] };
const nothing = { silent: false, recipients: null, notifyOn: null };
const failed = { severity: 'ERROR' } as const;
const succeeded = { severity: 'SUCCESS' } as const;

describe('who hears of something by mail', () => {
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
      'one mail per address, in whatever case it is written',
      failed,
      settings,
      { ...nothing, recipients: ['Ops@example.com', 'dba@example.com', 'ops@EXAMPLE.com'] },
      ['Ops@example.com', 'dba@example.com'],
    ],
  ])('%s', (_what, message, said, override, expected) => {
    expect(whoHears(message, said, override)).toEqual(expected);
  });
});

describe('what passes a channel’s filters', () => {
  const all = { severities: null, policyIds: null };
  test.each([
    ['everything without filters', all, { severity: null, policyId: null }, true],
    ['a severity it names', { ...all, severities: ['ERROR' as const] }, { severity: 'ERROR', policyId: null }, true],
    ['no other', { ...all, severities: ['ERROR' as const] }, { severity: 'WARNING', policyId: null }, false],
    ['what has none', { ...all, severities: ['ERROR' as const] }, { severity: null, policyId: null }, true],
    ['a policy it names', { ...all, policyIds: ['p'] }, { severity: null, policyId: 'p' }, true],
    ['no other', { ...all, policyIds: ['p'] }, { severity: null, policyId: 'q' }, false],
    ['nothing that is about none', { ...all, policyIds: ['p'] }, { severity: null, policyId: null }, false],
  ] as const)('%s', (_what, filter, about, expected) => expect(passes(filter, about)).toBe(expected));
});
