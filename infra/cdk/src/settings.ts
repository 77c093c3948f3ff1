import { z } from 'zod';

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/u, 'a Region reads us-east-1');
const days = z.int().min(1).max(36_500);

/** The context `tablekeep` of cdk.json, or of `cdk deploy -c`. */
export const settings = z
  .strictObject({
    /** Of the protected account: who may assume the operator role, usually the role of the executor's pods. */
    trustedPrincipalArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:(iam|sts)::\d{12}:.+$/u, 'the ARN of a role, user or account'),
    /** Agreed between the account's owner and Tablekeep, where the account is registered. */
    externalId: z
      .string()
      .regex(/^[\w+=,.@:/-]{2,1224}$/u, '2 to 1224 letters, digits or +=,.@:/-')
      .refine((text) => text !== 'change-me', 'choose one of your own'),
    operatorRoleName: z.string().min(1).max(64).default('TablekeepOperator'),
    /** Whether the operator role may delete tables, for `replaceTables`; without it, those of verifications alone. */
    replaceTables: z.boolean().default(false),
    serviceRoleName: z.string().min(1).max(64).default('TablekeepBackupService'),
    /** Where the cluster and its work queue are. */
    queueRegion: region,
    queueName: z
      .string()
      .regex(/^[\w-]{1,75}$/u, '1 to 75 letters, digits, - or _')
      .default('tablekeep-work'),
    vaultName: z
      .string()
      .regex(/^[\w-]{2,50}$/u, '2 to 50 letters, digits, - or _')
      .default('tablekeep'),
    homeRegion: region,
    copyRegions: z.array(region),
    /** Vault Lock in governance mode, in the first of the copy Regions. */
    lock: z
      .strictObject({ minRetentionDays: days, maxRetentionDays: days })
      .refine((lock) => lock.minRetentionDays <= lock.maxRetentionDays, {
        path: ['minRetentionDays'],
        message: 'must not be more than maxRetentionDays',
      })
      .optional(),
  })
  .superRefine(({ homeRegion, copyRegions, lock }, issues) => {
    if (new Set([homeRegion, ...copyRegions]).size <= copyRegions.length) {
      issues.addIssue({ code: 'custom', path: ['copyRegions'], message: 'each Region once, and not the home Region' });
    }
    if (lock && copyRegions.length === 0) {
      issues.addIssue({ code: 'custom', path: ['lock'], message: 'there is no copy Region whose vault it could lock' });
    }
  });
export type Settings = z.output<typeof settings>;

/** Throws with every problem at once, each with its key. */
export function readSettings(context: unknown): Settings {
  const parsed = settings.safeParse(context);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  tablekeep.${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The context is wrong; nothing was made:\n${lines.join('\n')}`);
}
