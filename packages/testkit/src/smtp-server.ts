import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.ts';

export type SmtpUnderTest = Readonly<{
  port: number;
  messages: readonly ParsedMail[];
  /** The first message, past or to come, that fits. */
  next(predicate: (message: ParsedMail) => boolean, timeoutMs?: number): Promise<ParsedMail>;
  stop(): Promise<void>;
}>;

/** A real SMTP server on a free port that keeps what it receives. */
export async function startSmtpServer(port = 0): Promise<SmtpUnderTest> {
  const messages: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then(
        (mail) => {
          messages.push(mail);
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    next: (predicate, timeoutMs = 20_000) =>
      eventually(
        () => {
          const found = messages.find(predicate);
          if (!found)
            throw new Error(`${messages.length} messages: ${messages.map((message) => message.subject).join(', ')}`);
          return found;
        },
        { timeoutMs, what: 'the mail' },
      ),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
