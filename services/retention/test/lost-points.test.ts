import { describe, expect, test } from '@jest/globals';
import type { VaultPoint } from '@tablekeep/schema/vault-points';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arnOf, base, foreignTags, HOME, look, origin, seen, tellMade, vaultWorld } from './vault-world.ts';

describe.each(await availableEngines())('points that the catalog had lost, on %s', (engine: Engine) => {
  const world = vaultWorld(engine);
  const { byArn, plans, roundOver, stored } = world;

  const at = (days: number) => new Date(Date.now() + days * 86_400_000);
  const made = (date: Date) => ({ createdAt: date.toISOString(), completedAt: date.toISOString() });
  const acknowledge = async (
    accountId: string,
    expectedCount: number,
    reason: string | null = 'The holds are back',
  ) => {
    const { acknowledgeImport } = await world.service.graphql<{
      acknowledgeImport: {
        releasedCount: number | null;
        userErrors: { code: string; message: string; path: string[] }[];
      };
    }>(
      `mutation ($input: AcknowledgeImportInput!) { acknowledgeImport(input: $input) {
         releasedCount userErrors { code message path } } }`,
      { input: { accountId, expectedCount, reason } },
    );
    return acknowledgeImport;
  };
  const verdicts = async () => {
    const { retentionPreview } = await world.service.graphql<{
      retentionPreview: { nodes: { restorePoint: { recoveryPointArn: string }; reasons: { code: string }[] }[] };
    }>('{ retentionPreview(accountId: "account-1") { nodes { restorePoint { recoveryPointArn } reasons { code } } } }');
    return new Map(
      retentionPreview.nodes.map(({ restorePoint, reasons }) => [
        restorePoint.recoveryPointArn,
        reasons.map(({ code }) => code),
      ]),
    );
  };
  /** An import's second round has read these. */
  const imported = async (sessionId: string, points: VaultPoint[], plan: number) => {
    await world.look(look(`${sessionId}/read`, points, { sessionId }));
    await roundOver(2, [[HOME, `${sessionId}/read`]], sessionId);
    return (await plans(plan))[plan - 1]!;
  };

  test('of a database that is older than the loss all wait, by the statement that the runbook has', async () => {
    const runbook = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'operate.md'), 'utf8');
    const [, statement = ''] = /```sql\n(UPDATE restore_point SET awaits_review_since[^;]+);/u.exec(runbook) ?? [];
    await tellMade(world.service, 'known', made(at(-100)));
    await imported('s-1', [seen('theirs', { tags: foreignTags('None of ours.') })], 1);
    expect((await verdicts()).get(arnOf('known'))).not.toContain('AWAITS_REVIEW');
    await world.db.transaction((tx) => tx.query(statement));
    expect((await verdicts()).get(arnOf('known'))).toContain('AWAITS_REVIEW');
    expect((await verdicts()).get(arnOf('theirs'))).not.toContain('AWAITS_REVIEW');
    expect(await acknowledge('account-1', 1)).toEqual({ releasedCount: 1, userErrors: [] });
    expect((await verdicts()).get(arnOf('known'))).not.toContain('AWAITS_REVIEW');
  });

  test('wait for a person after a fresh installation’s import, which says so; acknowledged they may expire', async () => {
    const kept = { ...origin, rules: [], retention: { backupDays: null, copyDays: null } };
    const forEver = seen('for-ever');
    const tags = { ...forEver.tags!, metadata: { ...forEver.tags!.metadata!, origin: kept } };
    const points = [
      ...[seen('old'), seen('newer', made(at(-0.01))), { ...forEver, tags }],
      seen('theirs', { tags: foreignTags('None of ours.') }),
    ];
    const plan = await imported('s-1', points, 1);
    expect(plan).toMatchObject({
      final: true,
      notes: [expect.stringMatching(/^2 restore points must not expire before a person says so/u)],
    });
    expect(await world.heard('dev.tablekeep.catalog.unreviewed.v1', 1)).toMatchObject([
      { accountId: 'account-1', sessionId: 's-1', points: 2 },
    ]);
    const before = await verdicts();
    expect(before.get(arnOf('old'))).toContain('AWAITS_REVIEW');
    expect(before.get(arnOf('newer'))).toContain('AWAITS_REVIEW');
    expect(before.get(arnOf('for-ever'))).not.toContain('AWAITS_REVIEW');
    expect(before.get(arnOf('theirs'))).not.toContain('AWAITS_REVIEW');
    // Once more brings nothing, and says no more than that they wait.
    expect(await imported('s-2', [], 2)).toMatchObject({
      notes: [],
      remarks: [expect.any(String), expect.stringContaining('must not expire')],
    });
    const { restorePoints } = await world.service.graphql<{ restorePoints: { nodes: object[] } }>(
      '{ restorePoints(filter: { awaitsReview: true }) { nodes { awaitsReviewSince } } }',
    );
    expect(restorePoints.nodes).toEqual([
      { awaitsReviewSince: expect.any(String) },
      { awaitsReviewSince: expect.any(String) },
    ]);

    expect(await acknowledge('nobody', 2, 'x'.repeat(1_001))).toMatchObject({
      userErrors: [
        { code: 'TOO_LONG', path: ['reason'] },
        { code: 'NOT_FOUND', path: ['accountId'] },
      ],
    });
    const twice = await Promise.all([acknowledge('account-1', 2), acknowledge('account-1', 2)]);
    expect(twice.map(({ releasedCount }) => releasedCount).sort()).toEqual([0, 2]);
    expect(await world.heard('dev.tablekeep.catalog.reviewed.v1', 1)).toMatchObject([
      { accountId: 'account-1', points: 2, reason: 'The holds are back' },
    ]);
    for (const reasons of (await verdicts()).values()) expect(reasons).not.toContain('AWAITS_REVIEW');
    expect((await byArn(arnOf('old'))).nextLookAt!.getTime()).toBeLessThan(Date.now());
  }, 60_000);

  test('are released by a word for as many as wait: one that another look has found since keeps them all', async () => {
    const plan = await imported('s-1', [seen('one'), seen('two')], 1);
    expect(plan.notes).toEqual([expect.stringContaining('then acknowledgeImport with expectedCount 2.')]);
    await world.look(look('home/later', [seen('later')]));
    expect(await acknowledge('account-1', 2)).toEqual({
      releasedCount: null,
      userErrors: [
        {
          code: 'COUNT_CHANGED',
          message: '3 points wait, not 2; look at them again and say how many you saw.',
          path: ['expectedCount'],
        },
      ],
    });
    for (const name of ['one', 'two', 'later']) {
      expect(await byArn(arnOf(name))).toMatchObject({ awaitsReviewSince: expect.any(Date) });
    }
    expect(await acknowledge('account-1', 3)).toEqual({ releasedCount: 3, userErrors: [] });
    // The word for what is done is heard once: what comes afterwards waits for its own.
    await world.look(look('home/last', [seen('last')]));
    expect(await acknowledge('account-1', 3)).toMatchObject({ userErrors: [{ code: 'COUNT_CHANGED' }] });
    expect(await byArn(arnOf('last'))).toMatchObject({ awaitsReviewSince: expect.any(Date) });
    expect(await world.heard('dev.tablekeep.catalog.reviewed.v1', 1)).toMatchObject([{ points: 3 }]);
    // Whichever comes first, nobody's word was for the one that comes with it.
    const racing = world.look(look('home/racing', [seen('racing')]));
    const [{ releasedCount }] = await Promise.all([acknowledge('account-1', 1), racing]);
    expect([1, null]).toContain(releasedCount);
    expect(await byArn(arnOf('racing'))).toMatchObject({ awaitsReviewSince: expect.any(Date) });
  }, 60_000);

  test('are told from those that a routine look finds before their maker’s word, and those of keys that came later', async () => {
    await tellMade(world.service, 'told', made(at(-30)));
    const sealed = seen('sealed', { tags: foreignTags('Its tags are sealed with key k9.', 'k9') });
    await world.look(look('home/1', [seen('young', made(at(-0.01))), seen('late', made(at(-1))), sealed]));
    expect(await byArn(arnOf('young'))).toMatchObject({ awaitsReviewSince: null });
    expect(await byArn(arnOf('late'))).toMatchObject({ awaitsReviewSince: expect.any(Date) });
    // Its word comes after all, so nothing was lost.
    await tellMade(world.service, 'late', made(at(-1)));
    expect(await byArn(arnOf('late'))).toMatchObject({ awaitsReviewSince: null });
    await world.look(look('home/2', [seen('sealed')]));
    expect(await byArn(arnOf('sealed'))).toMatchObject({
      foreignBecause: null,
      awaitsReviewSince: expect.any(Date),
    });
    // One that the catalog knew, and believed gone, comes back with all that was said of it.
    await stored({ ...base('known'), deletedAt: at(-1), expiresAt: at(-2), holdReason: 'x' });
    await world.look(look('home/3', [seen('known')]));
    expect(await byArn(arnOf('known'))).toMatchObject({
      ...{ deletedAt: null, awaitsReviewSince: null, holdReason: 'x' },
    });
  }, 60_000);
});
