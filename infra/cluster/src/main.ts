/** `npm run cluster:up [-- --folder ./cluster --replicas 2 --port 4000 --speed 60]`: the cluster profile until Ctrl-C. */
import { runProcess } from '@tablekeep/platform/lifecycle';
import { createLogger } from '@tablekeep/platform/logging';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from './start-cluster.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: './cluster' },
    replicas: { type: 'string', default: '2' },
    port: { type: 'string', default: '4000' },
    speed: { type: 'string', default: '60' },
  },
});

await runProcess({
  name: 'cluster',
  log: createLogger({ service: 'cluster', pretty: process.stdout.isTTY }),
  budgetMs: 60_000,
  start: async (life) => {
    const folder = resolve(values.folder);
    console.log(
      `Starting MariaDB, Kafka, ElasticMQ, the emulated AWS and the services; their logs: ${join(folder, 'logs')}`,
    );
    const cluster = await startCluster({
      env: process.env,
      folder,
      replicas: Number(values.replicas),
      speed: Number(values.speed),
      publicPort: Number(values.port),
    });
    life.onStop('cluster', () => cluster.stop());
    console.log(
      [
        'Tablekeep is running.',
        `  GraphQL:      ${cluster.urls.map((url) => `${url}/graphql`).join(', ')}`,
        `  admin token:  ${cluster.tokenFile} (send it as "Authorization: Bearer <token>")`,
        '  environment:  EMULATED',
        `  emulated AWS: ${cluster.awsEndpoint}`,
        `  processes:    ${cluster.services.length} services, ${Object.keys(cluster.servers).length} servers`,
        'Ctrl-C stops it.',
      ].join('\n'),
    );
  },
});
