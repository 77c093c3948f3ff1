export { eventually } from './eventually.ts';
export { startSmtpServer, type SmtpUnderTest } from './smtp-server.ts';
