import { App, type AppProps } from 'aws-cdk-lib';
import { AccountStack } from './account-stack.ts';
import { QueueStack } from './queue-stack.ts';
import { readSettings } from './settings.ts';
import { VaultStack } from './vault-stack.ts';

/**
 * Everything Tablekeep needs in AWS. The stacks of the account and the vaults go to each protected account, the queue to
 * the account of the cluster; nothing is looked up, so that it synthesises offline.
 */
export function tablekeepApp(props: AppProps = {}): App {
  const app = new App({ analyticsReporting: false, ...props });
  const s = readSettings(app.node.tryGetContext('tablekeep'));
  new AccountStack(app, 'TablekeepAccount', { ...s, env: { region: s.homeRegion } });
  for (const region of [s.homeRegion, ...s.copyRegions]) {
    new VaultStack(app, `TablekeepVault-${region}`, {
      vaultName: s.vaultName,
      env: { region },
      ...(s.lock && region === s.copyRegions[0] && { lock: s.lock }),
    });
  }
  new QueueStack(app, 'TablekeepQueue', {
    queueName: s.queueName,
    operatorRoleName: s.operatorRoleName,
    env: { region: s.queueRegion },
  });
  return app;
}
