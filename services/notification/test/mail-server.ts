import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Certificate = { private: string; cert: string };
export type Login = { method: string; user: string; secret: string };

/** A mail server that refuses what the test has it refuse, and keeps what else it is told. */
export async function startMailServer(options: SMTPServerOptions = {}) {
  const taken: { to: string; secure: boolean }[] = [];
  const logins: Login[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => {
      logins.push({ method: auth.method, user: auth.username ?? '', secret: auth.accessToken ?? auth.password ?? '' });
      done(null, { user: auth.username });
    },
    onData: (stream, session, done) => {
      stream.resume().once('end', () => {
        taken.push({ to: session.envelope.rcptTo[0]?.address ?? '', secure: session.secure });
        done(null);
      });
    },
    ...options,
  });
  // A client that goes away because of our certificate is what some tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    logins,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
