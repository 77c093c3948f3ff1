import type { PermissionCheck, PermissionFinding } from '@tablekeep/schema/internal';
import type { CopyTarget, PolicyDocument } from './policy-document.ts';
import type { PolicyCheck } from './preflight.ts';

type Place = Readonly<{ region: string; vaultName: string }>;
type Vaults = Pick<PolicyDocument, 'vaults' | 'copies'>;

const isAt =
  (place: Place) =>
  ({ region, vaultName }: Pick<PermissionFinding, 'region' | 'vaultName'>): boolean =>
    region === place.region && vaultName === place.vaultName;
const targetOf = ({ toRegion, vaultName }: CopyTarget): Place => ({ region: toRegion, vaultName });

/**
 * A copy is read with the key of the vault it comes from and stored with that of the vault it goes to, so the service role
 * needs both. Within an account either may be AWS's own or a customer's. Source: AWS Backup Developer Guide, "Encryption for a
 * backup copy to a different account or AWS Region" (resource types that AWS Backup manages fully).
 */
export function encryptionChecks({ vaults, copies }: Vaults, { findings }: PermissionCheck): PolicyCheck[] {
  const keys = findings.filter(({ code }) => code === 'VAULT_KEY');
  return copies.flatMap((copy, i): PolicyCheck[] => {
    const [from, to] = [vaults.find(({ region }) => region === copy.fromRegion), targetOf(copy)];
    const ofBoth = [from, to].flatMap((place) => (place ? keys.filter(isAt(place)).slice(0, 1) : []));
    const judged = judge(ofBoth, `from ${from ? say(from) : copy.fromRegion} to ${say(to)}`);
    return judged.map((one) => ({
      code: 'COPY_ENCRYPTION',
      region: copy.toRegion,
      path: ['copies', String(i), 'vaultName'],
      ...one,
    }));
  });
}

/** Of a vault that cannot be looked at there is no key to judge, which is told elsewhere; what the other one says still counts. */
function judge(keys: readonly PermissionFinding[], way: string): Pick<PolicyCheck, 'outcome' | 'message'>[] {
  const whatIs = (outcome: PermissionFinding['outcome']) =>
    keys.flatMap((key) => (key.outcome === outcome ? [key.message] : [])).join(' ');
  const [missing, unknown] = [whatIs('MISSING'), whatIs('UNKNOWN')];
  if (missing !== '') return [{ outcome: 'ERROR', message: `Copies ${way} would fail: ${missing}` }];
  if (unknown !== '')
    return [{ outcome: 'UNKNOWN', message: `Whether copies ${way} can be encrypted could not be told: ${unknown}` }];
  if (keys.length < 2) return [];
  return [{ outcome: 'OK', message: `The keys of both vaults let copies ${way} be made. ${whatIs('OK')}` }];
}

const say = ({ region, vaultName }: Place) => `vault ${vaultName} in ${region}`;

/** Of the key of a vault that only takes copies: no backup fails of it, and `encryptionChecks` tells of it for each copy. */
export function isOfCopiesOnly(finding: PermissionFinding, { vaults, copies }: Vaults): boolean {
  const takesIt = (place: Place) => isAt(place)(finding);
  return finding.code === 'VAULT_KEY' && copies.map(targetOf).some(takesIt) && !vaults.some(takesIt);
}
