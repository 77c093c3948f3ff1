import { vaultOfArn } from './adopt-point.ts';

/** What tells which point a copy was made from. */
export type Linkable = Readonly<{
  id: string;
  recoveryPointArn: string;
  sourceRecoveryPointArn: string | null;
  awsAccountId: string;
  region: string;
  vaultName: string;
  tableArn: string;
  createdAt: Date;
  runTag: string | null;
  sourceVaultArn: string | null;
}>;

/**
 * For each copy that does not know its source, and whose source is among these points: the source's ARN, by the copy's id.
 * AWS tells of a copy only the vault that its source lies in; the source is the point there with the same run in its tags or,
 * where the catalog never read its tags, the point of the same table and moment.
 */
export function linkCopies(points: readonly Linkable[]): ReadonlyMap<string, string> {
  const byRun = Map.groupBy(points, (point) => point.runTag);
  const byMoment = Map.groupBy(points, momentOf);
  const links = new Map<string, string>();
  for (const copy of points) {
    if (copy.sourceVaultArn === null || copy.sourceRecoveryPointArn !== null) continue;
    const vault = vaultOfArn(copy.sourceVaultArn);
    const isSource = (point: Linkable) =>
      point.id !== copy.id &&
      point.region === vault.region &&
      point.vaultName === vault.vaultName &&
      point.awsAccountId === vault.awsAccountId;
    const sameRun = copy.runTag === null ? [] : (byRun.get(copy.runTag) ?? []);
    const source =
      sameRun.find(isSource) ?? byMoment.get(momentOf(copy))?.find((point) => point.runTag === null && isSource(point));
    if (source) links.set(copy.id, source.recoveryPointArn);
  }
  return links;
}

function momentOf({ tableArn, createdAt }: Linkable): string {
  return `${tableArn} ${createdAt.getTime()}`;
}
