import type { ImportRequest, VaultRef } from '@tablekeep/schema/catalog-events';
import type { PlannedTask } from '@tablekeep/schema/events';

/** Points described by one task: about half a minute at AWS's rates. */
export const POINTS_A_TASK = 200;

type Account = Readonly<Pick<ImportRequest, 'accountId'> & { awsAccountId: string }>;

/** One listing for each vault. */
export function planListings(account: Account, vaults: readonly VaultRef[]): PlannedTask[] {
  return vaults.map((vault) => look(account, vault, `list:${vault.region}:${vault.vaultName}`, null));
}

export type Unknown = Readonly<VaultRef & { recoveryPointArns: readonly string[] }>;

/** The points that the catalog lacks are described with their tags, some at a time. */
export function planReadings(account: Account, unknown: readonly Unknown[]): PlannedTask[] {
  return unknown.flatMap(({ recoveryPointArns: arns, ...vault }) =>
    Array.from({ length: Math.ceil(arns.length / POINTS_A_TASK) }, (_, i) => {
      const some = arns.slice(i * POINTS_A_TASK, (i + 1) * POINTS_A_TASK);
      return look(account, vault, `read:${vault.region}:${vault.vaultName}:${i}`, some);
    }),
  );
}

function look(account: Account, { region, vaultName }: VaultRef, key: string, points: string[] | null): PlannedTask {
  const { accountId, awsAccountId } = account;
  const parameters = { kind: 'IMPORT', vaultName, points } as const;
  return { key, accountId, awsAccountId, region, after: null, table: null, parameters };
}

/** What an import brought, summed over its chunks. */
export type Brought = Readonly<{
  ours: number;
  foreign: number;
  sealed: ReadonlyMap<string, number>;
  /** The account's points that wait for a person, of this import or of one before. */
  awaiting: number;
}>;

/** What the session's log should say, and what needs a person. */
export function sayBrought({
  ours,
  foreign,
  sealed,
  awaiting,
}: Brought): Readonly<{ remarks: string[]; notes: string[] }> {
  const points = (n: number) => (n === 1 ? '1 restore point' : `${n} restore points`);
  const remarks =
    ours + foreign === 0
      ? ['The catalog has every point of these vaults.']
      : [`${points(ours + foreign)} taken into the catalog: ${ours} of Tablekeep’s own, ${foreign} read-only.`];
  const notes = [...sealed].map(
    ([key, n]) =>
      `${points(n)} read-only for now: their tags are sealed with key ${key}, which is not in the keyring. Import the escrowed key, then import again.`,
  );
  if (awaiting > 0) {
    // What an earlier import has said needs a person's attention once, and a reminder afterwards.
    (ours > 0 ? notes : remarks).push(
      `${points(awaiting)} must not expire before a person says so: the catalog had lost them, and with them the holds, ends and freezes that people had set. Place those again, then acknowledgeImport with expectedCount ${awaiting}.`,
    );
  }
  return { remarks, notes };
}
