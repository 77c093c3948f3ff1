import { DeleteRecoveryPointCommand, DescribeRecoveryPointCommand } from '@aws-sdk/client-backup';
import { refusal } from '../aws.ts';
import { seen } from '../jobs.ts';
import { sharedPoint, type Lab } from '../lab.ts';
import { pointsIn } from '../open-jobs.ts';
import { always, type Question } from './question.ts';

/** Some points are said to stay DELETING for days; nobody waits for that here. */
const PATIENCE_MS = 3_600_000;

/** Of the last to be asked: it takes the shared backup's point away. */
export const deletion: Question = {
  id: 'delete-point',
  text: 'What does DeleteRecoveryPoint show until the point is gone?',
  emulator: always('accepted, DELETING, gone'),
  async ask(lab) {
    const arn = await sharedPoint(lab);
    const named = { BackupVaultName: lab.names.vault, RecoveryPointArn: arn };
    const begun = lab.aws.elapsedMs();
    try {
      await lab.aws.backup(lab.settings.home).send(new DeleteRecoveryPointCommand(named));
    } catch (error) {
      const { name, message } = refusal(error);
      return { says: `refused at once: ${name}`, facts: { name, message } };
    }
    const statuses: string[] = [];
    const gone = await seen(
      lab,
      'the point to be gone',
      async () => {
        const look = await statusOf(lab, named);
        if (look.status !== null && statuses.at(-1) !== look.status) statuses.push(look.status);
        return look.status === null || look.status === 'EXPIRED' ? look : null;
      },
      { everyMs: 5_000, patienceMs: PATIENCE_MS },
    );
    const seconds = Math.round((lab.aws.elapsedMs() - begun) / 1_000);
    const end = gone.status === null ? ['gone'] : [];
    return { says: ['accepted', ...statuses, ...end].join(', '), facts: { seconds, afterwards: gone.refused } };
  },
};

type Look = Readonly<{ status: string | null; refused: ReturnType<typeof refusal> | null }>;

/** Gone is what the vault's list no longer has: what AWS answers of a point that is missing is not documented. */
async function statusOf(lab: Lab, named: { BackupVaultName: string; RecoveryPointArn: string }): Promise<Look> {
  try {
    const point = await lab.aws.backup(lab.settings.home).send(new DescribeRecoveryPointCommand(named));
    return { status: point.Status ?? 'unknown', refused: null };
  } catch (error) {
    const refused = refusal(error);
    const points = await pointsIn(lab.aws, lab.settings.home, named.BackupVaultName);
    const listed = points.find((point) => point.RecoveryPointArn === named.RecoveryPointArn);
    return { status: listed === undefined ? null : (listed.Status ?? 'unknown'), refused };
  }
}
