import type { Mail } from './compose-mail.ts';

export type ChannelKind = 'WEBHOOK' | 'SLACK' | 'SNS' | 'PING';
export type DeliveryKind = 'EMAIL' | ChannelKind;

/** `channelName`: as it was called when the message was queued. `subject`: what lists say of the message. */
type ToChannel = Readonly<{ subject: string; channelName: string }>;
export type PingPhase = 'start' | 'success' | 'fail';

export type WebhookContent = ToChannel & Readonly<{ body: string }>;
export type SlackContent = ToChannel & Readonly<{ body: string }>;
export type SnsContent = ToChannel & Readonly<{ message: string }>;
export type PingContent = ToChannel & Readonly<{ phase: PingPhase; runId: string; text: string }>;

/** What a delivery carries, whole: what is sent later does not depend on what has changed since. */
export type Content = Mail | WebhookContent | SlackContent | SnsContent | PingContent;
