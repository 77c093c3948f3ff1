/** "3 points are kept by nothing; 12 more were looked at and stay." */
export function sayDue(doomed: number, staying: number): string {
  const going = doomed === 1 ? '1 point is kept by nothing' : `${doomed} points are kept by nothing`;
  return staying === 0 ? `${going}.` : `${going}; ${staying} more whose time may be over were looked at and stay.`;
}

/** Of a dry run: which point would go, and why nothing keeps it. */
export function sayDoomed(point: {
  tableName: string;
  kind: string;
  createdAt: Date;
  region: string;
  vaultName: string;
  recoveryPointArn: string;
  expiresAt: Date | null;
  expirySetBy: string | null;
  flags: readonly Readonly<{ flag: string; expiresAt: string | null }>[] | null;
}): string {
  const { tableName, kind, createdAt, region, vaultName, recoveryPointArn, expiresAt, expirySetBy } = point;
  const ends = (point.flags ?? []).map(({ flag, expiresAt: end }) => `${flag} until ${end ?? 'for ever'}`);
  const kept = ends.length > 0 && expirySetBy === null ? ends.join(', ') : `until ${expiresAt?.toISOString() ?? ''}`;
  return (
    `Would go: ${kind.toLowerCase()} of ${tableName} of ${createdAt.toISOString()} in vault ${vaultName} of ${region} ` +
    `(${recoveryPointArn}); it was kept ${kept}, and nothing else keeps it.`
  );
}

/** Of points that AWS is about to delete although they must stay. */
export function sayNets(points: number): string {
  const which = points === 1 ? '1 point that must stay' : `${points} points that must stay`;
  return `AWS’s own deletion of ${which} comes near, and is put off.`;
}

/** Of points that must stay, in a vault where nobody can put AWS's deletion off. For each vault one. */
export function sayBound(
  points: readonly Readonly<{ region: string; vaultName: string; tableName: string; awsDeleteAt: Date | null }>[],
): string[] {
  return [...Map.groupBy(points, ({ region, vaultName }) => `${vaultName} in ${region}`)].map(([vault, there]) => {
    const first = Math.min(...there.map(({ awsDeleteAt }) => awsDeleteAt?.getTime() ?? Infinity));
    const tables = [...new Set(there.map(({ tableName }) => tableName))];
    const named = tables.length > MOST_NAMED ? [...tables.slice(0, MOST_NAMED), '…'] : tables;
    const which = there.length === 1 ? '1 point that must stay' : `${there.length} points that must stay`;
    return (
      `AWS deletes ${which} (of ${named.join(', ')}) from ${new Date(first).toISOString()} on: vault ${vault} is locked, ` +
      'so nobody can put that off. Copy them to another vault, or restore them, before then.'
    );
  });
}
const MOST_NAMED = 5;

export function sayMore(most: number): string {
  return `More points are due than one session deletes (${most}); the others go with the next.`;
}
