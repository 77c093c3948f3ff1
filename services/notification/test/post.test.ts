import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ofHttp } from '../src/domain/tried.ts';
import { networksOf } from '../src/senders/networks.ts';
import { post, systemResolve } from '../src/senders/post.ts';

describe('a post to a server that does not behave', () => {
  let server: Server;
  let answer: (socket: Socket) => void;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
      socket.once('data', () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const send = () =>
    post(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      { headers: {}, body: '{}' },
      { networks: networksOf(['127.0.0.1/32']), resolve: systemResolve, deadlineMs: 1_000 },
    ).then(
      (answered) => ofHttp(answered).outcome,
      () => 'FAILED',
    );

  test.each([
    [
      'wants to speak another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
    ['says nothing but that it goes on', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['stops in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['has headers without end', `HTTP/1.1 200 OK\r\n${'x-more: and more\r\n'.repeat(10_000)}`],
  ])(
    'that %s: the try ends, as a failure',
    async (_how, text) => {
      answer = (socket) => void socket.end(text);
      expect(await send()).toBe('FAILED');
      answer = (socket) => void socket.write(text);
      expect(await send()).toBe('FAILED');
    },
    5_000,
  );
});
