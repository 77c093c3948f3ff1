import { DescribeRecoveryPointCommand, ListTagsCommand } from '@aws-sdk/client-backup';
import type { PointMade } from '@tablekeep/schema/events';
import { COPY_DAYS } from '../jobs.ts';
import type { Lab } from '../lab.ts';
import { always, type Question } from './question.ts';

const DAY = 86_400_000;

export const copyRetention: Question = {
  id: 'copy-retention',
  text: `StartCopyJob with a retention of ${COPY_DAYS} days, of a backup with less: which is kept, and from when does it count?`,
  emulator: always('as asked, counted from the creation of the backup'),
  async ask(lab) {
    const source = await describe(lab, lab.main.backup);
    const copy = await describe(lab, lab.main.copy);
    const days = copy.Lifecycle?.DeleteAfterDays;
    const deleteAt = copy.CalculatedLifecycle?.DeleteAt?.getTime();
    const facts = {
      source: { created: source.CreationDate, lifecycle: source.Lifecycle, calculated: source.CalculatedLifecycle },
      copy: {
        created: copy.CreationDate,
        completed: copy.CompletionDate,
        lifecycle: copy.Lifecycle,
        calculated: copy.CalculatedLifecycle,
      },
    };
    const kept = days === COPY_DAYS ? 'as asked' : `another retention (${String(days)} days)`;
    if (deleteAt === undefined || days === undefined) return { says: `${kept}, without a date`, facts };
    const countedFrom = deleteAt - days * DAY;
    const distance = (date: Date | undefined) => Math.abs(countedFrom - (date?.getTime() ?? 0));
    const nearer =
      distance(source.CreationDate) <= distance(copy.CompletionDate) ? 'the creation of the backup' : 'the copy itself';
    return { says: `${kept}, counted from ${nearer}`, facts };
  },
};

export const copyTags: Question = {
  id: 'copy-tags',
  text: 'Which of its source’s tags does a copy carry?',
  emulator: always('all of them, and no other'),
  async ask(lab) {
    const source = await tagsOf(lab, lab.main.backup);
    const copy = await tagsOf(lab, lab.main.copy);
    const missing = [...source].filter(([key, value]) => copy.get(key) !== value).map(([key]) => key);
    const added = [...copy.keys()].filter((key) => !source.has(key));
    const facts = { source: [...source.keys()], copy: [...copy.keys()], missing, added };
    if (missing.length === 0) return { says: `all of them, and ${added.length === 0 ? 'no other' : 'others'}`, facts };
    return { says: missing.length === source.size ? 'none' : 'some', facts };
  },
};

function describe(lab: Lab, point: PointMade) {
  const command = new DescribeRecoveryPointCommand({
    BackupVaultName: point.vaultName,
    RecoveryPointArn: point.recoveryPointArn,
  });
  return lab.aws.backup(point.region).send(command);
}

async function tagsOf(lab: Lab, point: PointMade): Promise<Map<string, string>> {
  const tags = new Map<string, string>();
  let token: string | undefined;
  do {
    const page = await lab.aws.backup(point.region).send(
      new ListTagsCommand({
        ResourceArn: point.recoveryPointArn,
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    for (const [key, value] of Object.entries(page.Tags ?? {})) tags.set(key, value);
    token = page.NextToken;
  } while (token !== undefined);
  return tags;
}
