import { expect, test } from '@jest/globals';
import type { PermissionCheck, PermissionFinding } from '@tablekeep/schema/internal';
import { NOTHING, type PolicyDocument } from './policy-document.ts';
import { testPolicy } from './preflight.ts';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const copyTo = (toRegion: string, vaultName: string) => ({ fromRegion: HOME, toRegion, vaultName, retentionDays: 90 });
const document: PolicyDocument = {
  description: '',
  regions: [HOME],
  include: { ...NOTHING, allTables: true },
  exclude: NOTHING,
  vaults: [{ region: HOME, vaultName: 'gold' }],
  copies: [copyTo(AWAY, 'far')],
  backupRetentionDays: 7,
  customTags: [],
  retryCount: 0,
  retryDelaySeconds: 60,
  schedules: null,
};
const keyOf = (
  vaultName: string,
  region: string,
  outcome: PermissionFinding['outcome'],
  message = `${vaultName}: ${outcome}.`,
): PermissionFinding => ({ code: 'VAULT_KEY', outcome, region, subject: 'key', vaultName, message });

/** What the pre-flight says of permissions and of copies' keys. */
const said = (findings: PermissionFinding[], changes: Partial<PolicyDocument> = {}) => {
  const value: PermissionCheck = { outcome: 'OK', missing: [], unknown: [], findings, grants: [] };
  return testPolicy(
    { ...document, ...changes },
    {
      now: new Date('2026-01-01T00:00:00Z'),
      problems: [],
      settings: new Map(),
      vaults: new Map(),
      permissions: { state: 'known', value },
      notScanned: [],
      covered: new Map(),
      left: [],
      untold: 0,
      unreadable: [],
      absent: [],
      tagRoom: { without: [], untold: 0 },
    },
  )
    .filter(({ code }) => code === 'PERMISSIONS' || code === 'COPY_ENCRYPTION')
    .map(({ code, outcome, region, path, message }) => [outcome, code, region, path.join('.'), message].join(' '));
};
const OK_ROLES = expect.stringMatching(/^OK PERMISSIONS .* and with the keys of its backups\.$/u);

test('a copy can be made where neither vault’s key speaks against it', () => {
  expect(said([keyOf('gold', HOME, 'OK'), keyOf('far', AWAY, 'OK')])).toEqual([
    OK_ROLES,
    `OK COPY_ENCRYPTION ${AWAY} copies.0.vaultName The keys of both vaults let copies from vault gold in ${HOME} to vault ` +
      `far in ${AWAY} be made. gold: OK. far: OK.`,
  ]);
});

test('the key of a vault that only takes copies fails these, not the backups', () => {
  const would = `Copies from vault gold in ${HOME} to vault far in ${AWAY} would fail: far: MISSING.`;
  expect(said([keyOf('gold', HOME, 'OK'), keyOf('far', AWAY, 'MISSING')])).toEqual([
    OK_ROLES,
    `ERROR COPY_ENCRYPTION ${AWAY} copies.0.vaultName ${would}`,
  ]);
  // What would certainly fail is said before what could not be told.
  expect(said([keyOf('gold', HOME, 'UNKNOWN'), keyOf('far', AWAY, 'MISSING')])).toEqual([
    `UNKNOWN PERMISSIONS ${HOME}  gold: UNKNOWN.`,
    `ERROR COPY_ENCRYPTION ${AWAY} copies.0.vaultName ${would}`,
  ]);
});

test('the key of a vault that takes backups fails these and their copies', () => {
  expect(said([keyOf('gold', HOME, 'MISSING'), keyOf('far', AWAY, 'OK')])).toEqual([
    `ERROR PERMISSIONS ${HOME}  gold: MISSING.`,
    expect.stringMatching(/^ERROR COPY_ENCRYPTION .*: gold: MISSING\.$/u),
  ]);
  // One vault that takes backups of its own Region and copies of another.
  const both = { regions: [HOME, AWAY], vaults: [...document.vaults, { region: AWAY, vaultName: 'far' }] };
  expect(said([keyOf('gold', HOME, 'OK'), keyOf('far', AWAY, 'UNKNOWN')], both)).toEqual([
    `UNKNOWN PERMISSIONS ${AWAY}  far: UNKNOWN.`,
    expect.stringMatching(/^UNKNOWN COPY_ENCRYPTION .* could not be told: far: UNKNOWN\.$/u),
  ]);
});

test('each copy is judged by its own vault: one of the same name in another Region is another vault', () => {
  const copies = [copyTo(AWAY, 'far'), copyTo('eu-north-1', 'far')];
  const keys = [keyOf('gold', HOME, 'OK'), keyOf('far', AWAY, 'MISSING'), keyOf('far', 'eu-north-1', 'OK')];
  expect(said(keys, { copies }).slice(1)).toEqual([
    expect.stringMatching(/^ERROR COPY_ENCRYPTION eu-west-1 copies\.0/u),
    expect.stringMatching(/^OK COPY_ENCRYPTION eu-north-1 copies\.1/u),
  ]);
});

test('where the vault that copies come from is missing, the other’s key is told of all the same, and none is called well', () => {
  const missing: PermissionFinding = {
    code: 'VAULT_MISSING',
    outcome: 'MISSING',
    region: HOME,
    subject: 'gold',
    message: 'There is no vault gold.',
  };
  expect(said([missing, keyOf('far', AWAY, 'MISSING')])).toEqual([
    expect.stringMatching(/^ERROR COPY_ENCRYPTION .* would fail: far: MISSING\.$/u),
  ]);
  expect(said([missing, keyOf('far', AWAY, 'OK')])).toEqual([]);
  // Nor where the policy does not say which vault that is.
  expect(said([keyOf('far', AWAY, 'MISSING')], { vaults: [] })).toEqual([
    OK_ROLES,
    expect.stringMatching(/^ERROR .* Copies from us-east-1 to vault far in eu-west-1 would fail: far: MISSING\.$/u),
  ]);
});

test('a key of which the executor does not say whose it is fails everything, as before it could', () => {
  const { vaultName: _, ...nameless } = keyOf('far', AWAY, 'MISSING');
  expect(said([keyOf('gold', HOME, 'OK'), nameless])).toEqual([`ERROR PERMISSIONS ${AWAY}  far: MISSING.`]);
});
