import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import type { ExecutorOptions } from '@tablekeep/executor';
import type { Clock } from '@tablekeep/platform/clock';
import type { Where } from './settings.ts';

/** Nothing set: AWS itself with the SDK's own credentials. */
export type AwsAccess = NonNullable<ExecutorOptions['aws']>;

/** One answer of AWS as it came: what an answer is believed by. */
export type RecordedCall = Readonly<{
  operation: string;
  region: string;
  requestId: string | null;
  error: Readonly<{ name: string; message: string; httpStatus: number | null }> | null;
}>;

/** The account as its owner sees it, with the ordinary SDK; every answer is recorded. */
export type Aws = Readonly<{
  where: Where;
  backup(region: string): BackupClient;
  dynamodb(region: string): DynamoDBClient;
  sts: STSClient;
  calls: readonly RecordedCall[];
  /** Waits in AWS's time: as long as it says on AWS, shorter where the emulator's clock runs faster. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds of AWS's time since some moment. */
  elapsedMs(): number;
  close(): void;
}>;

export function connectAws(o: { where: Where; access: AwsAccess; clock: Clock; timeScale: number }): Aws {
  const calls: RecordedCall[] = [];
  const config = (region: string) => ({
    region,
    ...(o.access.endpoint !== undefined && { endpoint: o.access.endpoint }),
    ...(o.access.credentials !== undefined && { credentials: o.access.credentials }),
  });
  const regions = [o.where.home, o.where.copyRegion];
  const backups = new Map(regions.map((region) => [region, recorded(new BackupClient(config(region)), region, calls)]));
  const dynamodbs = new Map(
    regions.map((region) => [region, recorded(new DynamoDBClient(config(region)), region, calls)]),
  );
  const sts = recorded(new STSClient(config(o.where.home)), o.where.home, calls);
  return {
    where: o.where,
    backup: (region) => found(backups, region),
    dynamodb: (region) => found(dynamodbs, region),
    sts,
    calls,
    wait: (ms, signal) => o.clock.sleep(ms / o.timeScale, signal),
    elapsedMs: () => o.clock.monotonicMs() * o.timeScale,
    close: () => {
      for (const client of [...backups.values(), ...dynamodbs.values(), sts]) client.destroy();
    },
  };
}

function found<C>(clients: ReadonlyMap<string, C>, region: string): C {
  const client = clients.get(region);
  if (!client) throw new Error(`a run has no business in ${region}`);
  return client;
}

type Client = BackupClient | DynamoDBClient | STSClient;

/** Notes the end of every call: its request id, and the error as AWS named and worded it. */
function recorded<C extends Client>(client: C, region: string, calls: RecordedCall[]): C {
  const stack = client.middlewareStack as BackupClient['middlewareStack'];
  stack.add(
    (next, context) => async (args) => {
      const operation = String(context.commandName ?? 'unknown').replace(/Command$/u, '');
      try {
        const result = await next(args);
        calls.push({ operation, region, requestId: result.output.$metadata.requestId ?? null, error: null });
        return result;
      } catch (error) {
        calls.push({ operation, region, ...describeError(error) });
        throw error;
      }
    },
    { step: 'initialize', name: 'recordAnswers' },
  );
  return client;
}

type AwsError = Error & { $metadata?: { requestId?: string; httpStatusCode?: number } };

function describeError(error: unknown): Pick<RecordedCall, 'requestId' | 'error'> {
  const { name, message, $metadata } = error as AwsError;
  return {
    requestId: $metadata?.requestId ?? null,
    error: { name, message, httpStatus: $metadata?.httpStatusCode ?? null },
  };
}

/** AWS answered and said no: anything else (no network, a bug of ours) is no answer. */
export function refusal(error: unknown): Readonly<{ name: string; message: string }> {
  const { name, message, $metadata } = error as AwsError;
  if ($metadata?.httpStatusCode === undefined) throw error;
  return { name, message };
}
