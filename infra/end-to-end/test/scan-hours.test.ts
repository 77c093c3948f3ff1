import { expect, test } from '@jest/globals';
import { eventually } from '@tablekeep/testkit/eventually';
import { HOME } from '@tablekeep/embedded/demo/aws-account';
import { registerAccount } from '../src/account-under-test.ts';
import { SPEED, startEmbeddedPlatform } from '../src/platform-under-test.ts';

test('the embedded profile scans as often as INVENTORY_SCAN_HOURS says', async () => {
  const platform = await startEmbeddedPlatform({ speed: SPEED }, { scanHours: 0.001 });
  try {
    const id = await registerAccount(platform.owner, platform.graphql);
    // An account that has just come is left time to get its roles; one whose Regions change is looked at with the next pass.
    await platform.graphql(
      'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code } } }',
      { input: { id, regions: [HOME] } },
    );
    await eventually(
      async () => {
        const { sessions } = await platform.graphql<{ sessions: { nodes: { trigger: string }[] } }>(
          '{ sessions(filter: { type: INVENTORY_SCAN }) { nodes { trigger } } }',
        );
        expect(sessions.nodes.filter(({ trigger }) => trigger === 'SCHEDULE').length).toBeGreaterThan(1);
      },
      { timeoutMs: 100_000, everyMs: 500, what: 'the second scheduled scan' },
    );
  } finally {
    await platform.stop();
  }
}, 150_000);
