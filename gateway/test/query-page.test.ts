import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { availableEngines } from '@tablekeep/testkit/engines';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatewayService, gatewayModel } from '../src/service.ts';

describe('the page for browsers', () => {
  let folder: string;
  let service: ServiceUnderTest;
  let publicUrl: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-page-'));
    const create = async (given: ServiceDeps) => {
      const running = await createGatewayService(given, {
        publicHttp: { host: '127.0.0.1', port: 0 },
        adminTokenFile: join(folder, 'token'),
      });
      publicUrl = running.publicUrl;
      return running;
    };
    const [engine] = await availableEngines();
    service = await startServiceUnderTest(engine!, gatewayModel, create);
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (accept: string, query = '') => fetch(`${publicUrl}/graphql${query}`, { headers: { accept } });

  test('needs no token and no other origin, and runs its own script alone', async () => {
    const answer = await get('text/html,application/xhtml+xml,*/*;q=0.8');
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(/https?:|\bsrc=|\bhref=|\son\w+=/u);
    for (const tag of ['script', 'style']) {
      const [only, ...others] = [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'gu'))];
      const hash = createHash('sha256')
        .update(only?.[1] ?? '')
        .digest('base64');
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
      expect(others).toEqual([]);
    }
  });

  test('has nothing of a link written into it', async () => {
    const link = `?${new URLSearchParams({ query: '</textarea><script>alert(1)</script>' }).toString()}`;
    expect(await (await get('text/html', link)).text()).toBe(await (await get('text/html')).text());
  });

  test('is for browsers: a program is told to POST', async () => {
    const answer = await get('application/json', '?query=%7Bviewer%7Brole%7D%7D');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });
});
