import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmulator } from '@tablekeep/aws-emulator';
import { backedUp, backupJob, startBackup } from './backup-steps.ts';
import { ACCOUNT, MINUTE, arnOf, clients, makeTable } from './clients.ts';
import { UpdateRegionSettingsCommand } from '@aws-sdk/client-backup';
import type { Emulator } from '@tablekeep/aws-emulator';

let emulator: Emulator;
let aws: ReturnType<typeof clients>;

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off' });
  aws = clients(emulator.endpoint);
});
afterEach(() => emulator.stop());

const signed = (service: string, region = 'us-east-1'): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIA${ACCOUNT}TEST/20261123/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

const raw = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${emulator.endpoint}${path}`, {
    ...init,
    headers: { ...signed('backup'), ...(init.headers as Record<string, string>) },
  });

describe('on the raw wire', () => {
  test('AWS Backup’s absent members are null and its dates are doubles in exponent form', async () => {
    await makeTable(emulator, aws.dynamodb);
    const { BackupJobId = '' } = await startBackup(aws.backup);
    const response = await raw(`/backup-jobs/${BackupJobId}`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(text).toMatch(/"CreationDate":\d\.\d+E9/);
    const job = JSON.parse(text) as Record<string, unknown>;
    expect(job).toMatchObject({
      CompletionDate: null,
      StatusMessage: null,
      CreatedBy: null,
      State: 'CREATED',
      PercentDone: '0.0',
    });
    expect(job['RecoveryPointLifecycle']).toMatchObject({ DeleteAfterDays: null, MoveToColdStorageAfterDays: null });
  });

  test('a trailing slash changes nothing, and %2F stays inside an ARN', async () => {
    await aws.backup.send(new UpdateRegionSettingsCommand({ ResourceTypeManagementPreference: { DynamoDB: false } }));
    await makeTable(emulator, aws.dynamodb);
    const started = await backedUp(emulator, aws.backup);
    const arn = (await backupJob(aws.backup, started.BackupJobId)).RecoveryPointArn ?? '';
    expect(arn).toContain('table/airports/backup/');
    const path = `/backup-vaults/Default/recovery-points/${encodeURIComponent(arn)}`;
    for (const suffix of ['', '/']) {
      expect(await (await raw(`${path}${suffix}`)).json()).toMatchObject({ RecoveryPointArn: arn });
      expect(
        (
          (await (await raw(`/backup-jobs${suffix}?resourceArn=${encodeURIComponent(arnOf('airports'))}`)).json()) as {
            BackupJobs: unknown[];
          }
        ).BackupJobs,
      ).toHaveLength(1);
    }
    const byResource = await raw(`/resources/${encodeURIComponent(arnOf('airports'))}/recovery-points/`);
    expect(
      ((await byResource.json()) as { RecoveryPoints: Record<string, unknown>[] }).RecoveryPoints[0],
    ).toMatchObject({ RecoveryPointArn: arn, BackupSizeBytes: 0 });
  });

  test('an error carries its name in a header and its own code in the body', async () => {
    const response = await raw('/backup-jobs/none');
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(await response.json()).toEqual({
      Code: 'ERROR_3101',
      Message: 'Backup job not found: none',
      Type: 'Client',
      Context: null,
    });
    const missing = await raw('/backup-vaults/none');
    expect([missing.status, missing.headers.get('x-amzn-errortype'), await missing.json()]).toEqual([
      403,
      'AccessDeniedException',
      {},
    ]);
  });

  test('what is not there is answered as unknown by every service', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answers = await Promise.all([
      raw('/audit/frameworks', { method: 'POST', body: '{}' }),
      raw('/', {
        method: 'POST',
        body: '{}',
        headers: { ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ExecuteStatement' },
      }),
      raw('/', { method: 'POST', body: '{}', headers: { ...signed('kms'), 'x-amz-target': 'TrentService.Encrypt' } }),
      raw('/', {
        method: 'POST',
        body: 'Action=GetSessionToken&Version=2011-06-15',
        headers: { ...signed('sts'), ...form },
      }),
      raw('/', {
        method: 'POST',
        body: '{}',
        headers: {
          ...signed('application-autoscaling'),
          'x-amz-target': 'AnyScaleFrontendService.DescribeScheduledActions',
        },
      }),
      raw('/bucket', { method: 'GET', headers: signed('s3') }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([404, 400, 400, 400, 400, 404]);
    const [backup, dynamodb, kms, sts, scaling] = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers[0]?.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
    expect(backup).toContain('UnknownOperationException');
    expect(dynamodb).toBe('{"__type":"com.amazon.coral.service#UnknownOperationException"}');
    expect(kms).toContain('UnknownOperationException');
    expect(sts).toContain('<Code>InvalidAction</Code>');
    expect(scaling).toContain('UnknownOperationException');
  });

  test('a request without a signature is told so in the service’s own way', async () => {
    const target = { 'x-amz-target': 'DynamoDB_20120810.ListTables' };
    const dynamodb = await fetch(emulator.endpoint, { method: 'POST', body: '{}', headers: target });
    expect([dynamodb.status, await dynamodb.json()]).toEqual([
      400,
      {
        __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
        message: 'Request is missing Authentication Token',
      },
    ]);
    const backup = await fetch(`${emulator.endpoint}/backup-jobs`);
    expect([backup.status, backup.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ]);
  });

  test('a Region that does not exist is not recognized', async () => {
    const answer = await raw('/backup-jobs', { headers: signed('backup', 'mars-north-1') });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'UnrecognizedClientException']);
  });

  test('a broken body is a SerializationException', async () => {
    const answer = await raw('/backup-jobs', { method: 'PUT', body: '{"BackupVaultName":' });
    expect(answer.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });
});

describe('the admin endpoint', () => {
  const admin = async (path: string, method = 'GET', body?: unknown): Promise<unknown> =>
    (
      await fetch(`${emulator.endpoint}/_emulator${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    ).json();

  test('moves the clock, plans faults, switches behaviour and counts calls', async () => {
    const before = emulator.clock.now();
    await admin('/clock', 'POST', { advanceMs: 5 * MINUTE, speed: 3 });
    expect(emulator.clock.now()).toBeGreaterThanOrEqual(before + 5 * MINUTE);
    expect(emulator.clock.speed).toBe(3);
    await admin('/faults', 'POST', { service: 'backup', operation: 'ListBackupJobs', count: 1, kind: 'throttle' });
    expect((await raw('/backup-jobs')).headers.get('x-amzn-errortype')).toBe('ThrottlingException');
    expect((await raw('/backup-jobs')).status).toBe(200);
    expect(await admin('/calls')).toEqual([
      {
        service: 'backup',
        operation: 'ListBackupJobs',
        region: 'us-east-1',
        account: ACCOUNT,
        count: 2,
        errors: 1,
        throttled: 1,
      },
    ]);
    await admin('/behaviour', 'POST', { missingVault: 'notFound' });
    expect((await raw('/backup-vaults/none')).headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(await admin('')).toMatchObject({ clock: { speed: 3 }, behaviour: { missingVault: 'notFound' } });
    expect(await admin('/behaviour', 'POST', { noSuchThing: true })).toMatchObject({
      error: 'No such behaviour: noSuchThing',
    });
  });
});
