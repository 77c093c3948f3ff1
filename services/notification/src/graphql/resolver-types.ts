// Generated from schema/graphql/notification.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type {
  NotificationSettingsParent,
  DeliveryParent,
  DeliveryAttemptParent,
  NotificationChannelParent,
  AuditEntryParent,
  AlertParent,
  Context,
} from './parents.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string };
  String: { input: string; output: string };
  Boolean: { input: boolean; output: boolean };
  Int: { input: number; output: number };
  Float: { input: number; output: number };
  /** RFC 3339 date-time, UTC. */
  DateTime: { input: Date; output: Date | string };
  /** Amazon Resource Name. */
  ARN: { input: string; output: string };
  /** Whole number beyond 32 bits, as a JSON number; bytes where the field name ends in Bytes. */
  BigInt: { input: number; output: number };
};

/** A problem of the input that the caller can mend: what is wrong, where, and what would be right. */
export type UserError = {
  __typename?: 'UserError';
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
  /** Names and list positions from `input` down. */
  path: Array<Scalars['String']['output']>;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor: Maybe<Scalars['String']['output']>;
  endCursor: Maybe<Scalars['String']['output']>;
};

export type NotifyOn = 'SUCCESS' | 'WARNING' | 'ERROR';

export type DeliveryStatus =
  | 'PENDING'
  | 'DELIVERED'
  /** Given up: no try is left, or the receiver can never take it. */
  | 'FAILED'
  /** Not tried any more: its channel was removed or disabled, or a later word has overtaken it. */
  | 'CANCELED';

export type AuditPhase = 'REQUESTED' | 'COMPLETED' | 'REFUSED' | 'FAILED';

export type Query = {
  __typename?: 'Query';
  notificationSettings: NotificationSettings;
  /** Newest first. Kept for DELIVERIES_KEEP_DAYS. */
  deliveries: DeliveryConnection;
  /** What should have happened and has not, and what waits for a person. Newest first; those that are over are kept for DELIVERIES_KEEP_DAYS. */
  alerts: AlertConnection;
  notificationChannels: Array<NotificationChannel>;
  notificationChannel: Maybe<NotificationChannel>;
  /** Who asked for which change, and what came of it. Append-only; newest first. */
  auditLog: AuditConnection;
};

export type QueryDeliveriesArgs = {
  filter?: InputMaybe<DeliveryFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryAlertsArgs = {
  filter?: InputMaybe<AlertFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryNotificationChannelArgs = {
  id: Scalars['ID']['input'];
};

export type QueryAuditLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type AlertKind =
  /** A policy's slot has come, and no run has succeeded since, in the time that ALERT_GRACE_MINUTES gives it. */
  | 'NO_SUCCESS'
  /** Slots of a policy were not run in their time. */
  | 'SLOT_MISSED'
  /** Schedules of a policy cannot be planned: it does not run, or is not verified, until somebody mends it. */
  | 'POLICY_UNPLANNABLE'
  /** Good backups of a policy lack copies that it asks for. */
  | 'COPIES_BEHIND'
  /** A scan saw tables that no enabled policy covers. */
  | 'TABLES_UNPROTECTED'
  /** Runs, scans, retention or looks at vaults were announced, and no session has taken them up. */
  | 'SESSIONS_UNTAKEN'
  /** A service could not handle events, and they wait for a person. */
  | 'DEAD_EVENTS'
  /** Messages of the work queue were set aside, and wait for a person. */
  | 'DEAD_WORK_ITEMS';

export type AlertSeverity =
  /** Look at it in office hours. */
  | 'WARNING'
  /** Something is not protected as it should be, or may soon not be. */
  | 'ERROR';

export type AlertFilter = {
  /** True: those that are so still. False: those that are over. Absent: both. */
  open?: InputMaybe<Scalars['Boolean']['input']>;
  kinds?: InputMaybe<Array<AlertKind>>;
  severities?: InputMaybe<Array<AlertSeverity>>;
  policyId?: InputMaybe<Scalars['ID']['input']>;
  accountId?: InputMaybe<Scalars['ID']['input']>;
};

/** Raised once, cleared once; one that comes back is another. What it says is as it was when it was raised. */
export type Alert = {
  __typename?: 'Alert';
  id: Scalars['ID']['output'];
  kind: AlertKind;
  severity: AlertSeverity;
  /** Which of Tablekeep's services told of it. */
  service: Scalars['String']['output'];
  accountId: Maybe<Scalars['ID']['output']>;
  region: Maybe<Scalars['String']['output']>;
  policyId: Maybe<Scalars['ID']['output']>;
  policyName: Maybe<Scalars['String']['output']>;
  /** Where the cause can be read. */
  sessionId: Maybe<Scalars['ID']['output']>;
  summary: Scalars['String']['output'];
  cause: Scalars['String']['output'];
  /** What happens without anybody's doing; null: nothing. */
  nextTry: Maybe<Scalars['String']['output']>;
  /** What to do. */
  remedy: Scalars['String']['output'];
  /** Of tables, slots, copies, policies, sessions or messages. */
  count: Scalars['Int']['output'];
  /** The first 20 of them. */
  about: Array<AlertSubject>;
  /** Since when it has been so, which may be long before anybody could tell. */
  since: Scalars['DateTime']['output'];
  raisedAt: Scalars['DateTime']['output'];
  /** Null: it is open. */
  clearedAt: Maybe<Scalars['DateTime']['output']>;
};

export type AlertSubject = {
  __typename?: 'AlertSubject';
  name: Scalars['String']['output'];
  arn: Maybe<Scalars['ARN']['output']>;
  region: Maybe<Scalars['String']['output']>;
  cause: Maybe<Scalars['String']['output']>;
};

export type AlertEdge = {
  __typename?: 'AlertEdge';
  cursor: Scalars['String']['output'];
  node: Alert;
};

export type AlertConnection = {
  __typename?: 'AlertConnection';
  edges: Array<AlertEdge>;
  nodes: Array<Alert>;
  pageInfo: PageInfo;
};

export type Mutation = {
  __typename?: 'Mutation';
  updateNotificationSettings: NotificationSettingsPayload;
  /** Sends a message at once, past every filter, and answers word for word what the receiver said. It is not tried again. */
  sendTestNotification: TestNotificationPayload;
  createNotificationChannel: CreateNotificationChannelPayload;
  updateNotificationChannel: NotificationChannelPayload;
  /** Deliveries that wait are canceled; those that are over stay in the list. */
  deleteNotificationChannel: DeleteNotificationChannelPayload;
  /** Makes a new signing secret. Until the overlap ends messages carry signatures by both, so that the receiver can change over at any moment. */
  rotateWebhookSecret: CreateNotificationChannelPayload;
  /** Sends a delivery that is over once more, with all its tries before it and under the same id: receivers can tell that it is the same one. */
  redeliver: RedeliverPayload;
};

export type MutationUpdateNotificationSettingsArgs = {
  input: NotificationSettingsInput;
};

export type MutationSendTestNotificationArgs = {
  input: SendTestNotificationInput;
};

export type MutationCreateNotificationChannelArgs = {
  input: NotificationChannelInput;
};

export type MutationUpdateNotificationChannelArgs = {
  input: UpdateNotificationChannelInput;
};

export type MutationDeleteNotificationChannelArgs = {
  input: DeleteNotificationChannelInput;
};

export type MutationRotateWebhookSecretArgs = {
  input: RotateWebhookSecretInput;
};

export type MutationRedeliverArgs = {
  input: RedeliverInput;
};

export type SmtpTls =
  /** STARTTLS where the server offers it, and always with a login unless the server is on this host. Somebody on the way can take the offer out. */
  | 'OPPORTUNISTIC'
  /** No TLS at all. Refused with a login, unless the server is on this host. */
  | 'NONE'
  /** Plain at first, then TLS, or no mail: port 587. */
  | 'STARTTLS'
  /** TLS from the first byte: port 465. */
  | 'IMPLICIT';

export type OAuthProvider =
  | 'GOOGLE'
  | 'MICROSOFT'
  /** Any that answers at tokenUrl as RFC 6749 says. */
  | 'CUSTOM';

export type OAuthGrant =
  /** As a person who has consented once (RFC 6749 §6): needs a refresh token. */
  | 'REFRESH_TOKEN'
  /** As the application itself (RFC 6749 §4.4). Google has no such grant for mail. */
  | 'CLIENT_CREDENTIALS';

/** How the access token for XOAUTH2 is got. It is kept until shortly before it expires. */
export type SmtpOAuth = {
  __typename?: 'SmtpOAuth';
  provider: OAuthProvider;
  grant: OAuthGrant;
  clientId: Scalars['String']['output'];
  tenantId: Maybe<Scalars['String']['output']>;
  /** Where tokens come from. */
  tokenUrl: Scalars['String']['output'];
  scope: Maybe<Scalars['String']['output']>;
  /** The secrets themselves are never shown. */
  clientSecretSet: Scalars['Boolean']['output'];
  refreshTokenSet: Scalars['Boolean']['output'];
};

export type SmtpOAuthInput = {
  provider: OAuthProvider;
  grant: OAuthGrant;
  clientId: Scalars['String']['input'];
  /** Stored encrypted. Absent: unchanged; to be given again when anything beside it changes. */
  clientSecret?: InputMaybe<Scalars['String']['input']>;
  /** The same, with the grant REFRESH_TOKEN. */
  refreshToken?: InputMaybe<Scalars['String']['input']>;
  /** Microsoft's directory; `common` unless told. */
  tenantId?: InputMaybe<Scalars['String']['input']>;
  /** Instead of the provider's own; https, or http on this host. */
  tokenUrl?: InputMaybe<Scalars['String']['input']>;
  /** Instead of the provider's usual one. */
  scope?: InputMaybe<Scalars['String']['input']>;
};

export type ChannelKind =
  /** Events as CloudEvents JSON, signed by the Standard Webhooks rules. */
  | 'WEBHOOK'
  /** Messages to an incoming webhook of Slack, or of something that understands Slack's. */
  | 'SLACK'
  /** Messages to an Amazon SNS topic. */
  | 'SNS'
  /** A dead-man's switch as of healthchecks.io: the address is called at the start of each run of its policy, with /start, and at the end, with /fail where it failed. */
  | 'PING';

export type NotificationChannel = {
  __typename?: 'NotificationChannel';
  id: Scalars['ID']['output'];
  kind: ChannelKind;
  name: Scalars['String']['output'];
  enabled: Scalars['Boolean']['output'];
  /** Rises with every change; an update must name the one it was made from. */
  version: Scalars['Int']['output'];
  /** Where it sends. Of SLACK and PING, whose whole address is a secret, only the beginning; of WEBHOOK without what stands after the question mark, which may be one. */
  url: Maybe<Scalars['String']['output']>;
  topicArn: Maybe<Scalars['ARN']['output']>;
  /** The account whose role publishes to the topic. */
  accountId: Maybe<Scalars['ID']['output']>;
  /** Only messages and events so serious; null: all. Not of PING. */
  severities: Maybe<Array<NotifyOn>>;
  /** Only what is about these policies; null: everything. */
  policyIds: Maybe<Array<Scalars['ID']['output']>>;
  /** Of WEBHOOK: the types it gets, as in schema/events; null: those that people would be told of. */
  eventTypes: Maybe<Array<Scalars['String']['output']>>;
  /** Of WEBHOOK: what messages are signed with; the secrets themselves are shown once, when they are made. */
  secrets: Array<WebhookSecret>;
  /** Why Tablekeep disabled it by itself, and when; null: it did not. */
  disabledBecause: Maybe<Scalars['String']['output']>;
  disabledAt: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
};

export type WebhookSecret = {
  __typename?: 'WebhookSecret';
  id: Scalars['ID']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** When it stops signing; null: it is the current one. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
};

export type NotificationChannelInput = {
  kind: ChannelKind;
  name: Scalars['String']['input'];
  /** True unless told. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** WEBHOOK, SLACK, PING: https. Addresses that are not public need the setting NOTIFICATION_ALLOWED_NETWORKS, and may then be http. */
  url?: InputMaybe<Scalars['String']['input']>;
  /** SNS */
  topicArn?: InputMaybe<Scalars['ARN']['input']>;
  /** SNS */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  severities?: InputMaybe<Array<NotifyOn>>;
  /** PING: exactly one. */
  policyIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** WEBHOOK */
  eventTypes?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** What is absent stays as it is; null takes a filter away. */
export type UpdateNotificationChannelInput = {
  id: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  url?: InputMaybe<Scalars['String']['input']>;
  topicArn?: InputMaybe<Scalars['ARN']['input']>;
  accountId?: InputMaybe<Scalars['ID']['input']>;
  severities?: InputMaybe<Array<NotifyOn>>;
  policyIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  eventTypes?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type DeleteNotificationChannelInput = {
  id: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type RotateWebhookSecretInput = {
  channelId: Scalars['ID']['input'];
  /** How long the former secret goes on signing, 0 to 168; 24 unless told. */
  overlapHours?: InputMaybe<Scalars['Int']['input']>;
};

export type RedeliverInput = {
  deliveryId: Scalars['ID']['input'];
};

export type CreateNotificationChannelPayload = {
  __typename?: 'CreateNotificationChannelPayload';
  channel: Maybe<NotificationChannel>;
  /** The signing secret of a WEBHOOK (whsec_…). Shown here and never again. */
  secret: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type NotificationChannelPayload = {
  __typename?: 'NotificationChannelPayload';
  channel: Maybe<NotificationChannel>;
  userErrors: Array<UserError>;
};

export type DeleteNotificationChannelPayload = {
  __typename?: 'DeleteNotificationChannelPayload';
  deletedId: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type RedeliverPayload = {
  __typename?: 'RedeliverPayload';
  delivery: Maybe<Delivery>;
  userErrors: Array<UserError>;
};

/** Everything given must hold. */
export type DeliveryFilter = {
  channelId?: InputMaybe<Scalars['ID']['input']>;
  kinds?: InputMaybe<Array<DeliveryKind>>;
  statuses?: InputMaybe<Array<DeliveryStatus>>;
  policyId?: InputMaybe<Scalars['ID']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

export type DeliveryKind = 'EMAIL' | 'WEBHOOK' | 'SLACK' | 'SNS' | 'PING';

/** One try: what was answered, or why nothing was. */
export type DeliveryAttempt = {
  __typename?: 'DeliveryAttempt';
  number: Scalars['Int']['output'];
  at: Scalars['DateTime']['output'];
  /** Null: the process ended before it could be written down, or it is under way. */
  durationMs: Maybe<Scalars['Int']['output']>;
  /** HTTP's status, or the mail server's reply code. */
  answerCode: Maybe<Scalars['Int']['output']>;
  /** Its first 500 characters. */
  answer: Maybe<Scalars['String']['output']>;
  /** Null: it was taken. */
  error: Maybe<Scalars['String']['output']>;
};

export type NotificationSettings = {
  __typename?: 'NotificationSettings';
  enabled: Scalars['Boolean']['output'];
  smtpHost: Maybe<Scalars['String']['output']>;
  smtpPort: Maybe<Scalars['Int']['output']>;
  smtpTls: SmtpTls;
  /** Certificates (PEM) of the authority that signed the server's; null: the public ones. A certificate must always be good and name the server. */
  smtpCaCertificates: Maybe<Scalars['String']['output']>;
  smtpUser: Maybe<Scalars['String']['output']>;
  /** The password itself is never shown. */
  smtpPasswordSet: Scalars['Boolean']['output'];
  /** Null: the user signs in with a password. */
  smtpOAuth: Maybe<SmtpOAuth>;
  from: Maybe<Scalars['String']['output']>;
  recipients: Array<Scalars['String']['output']>;
  notifyOn: Array<NotifyOn>;
  subjectTemplate: Scalars['String']['output'];
  dailyReport: DailyReport;
};

/** A mail each day: what ran and how it ended, what is unprotected or behind, what is stored and costs, and what runs next. */
export type DailyReport = {
  __typename?: 'DailyReport';
  enabled: Scalars['Boolean']['output'];
  /** HH:MM by the wall clock of `timeZone`. A time that the clock leaves out on a day comes when it has jumped; one that it shows twice comes the first time. */
  timeOfDay: Scalars['String']['output'];
  /** IANA, as Europe/Berlin. Times in the report are of this zone. */
  timeZone: Scalars['String']['output'];
  /** Null: the recipients of the settings. */
  recipients: Maybe<Array<Scalars['String']['output']>>;
  /** Null: none is to come, as it, or mail, is switched off. */
  nextAt: Maybe<Scalars['DateTime']['output']>;
};

/** What is absent stays as it is. */
export type DailyReportInput = {
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** HH:MM; 07:00 unless somebody said. */
  timeOfDay?: InputMaybe<Scalars['String']['input']>;
  /** IANA; UTC unless somebody said. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
  /** Null: the recipients of the settings. */
  recipients?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type NotificationSettingsInput = {
  enabled: Scalars['Boolean']['input'];
  smtpHost?: InputMaybe<Scalars['String']['input']>;
  smtpPort?: InputMaybe<Scalars['Int']['input']>;
  /** OPPORTUNISTIC unless told. */
  smtpTls?: InputMaybe<SmtpTls>;
  smtpCaCertificates?: InputMaybe<Scalars['String']['input']>;
  smtpUser?: InputMaybe<Scalars['String']['input']>;
  /** Stored encrypted. Absent: unchanged; to be given again when host, port, TLS or user change; forgotten without smtpUser, and with smtpOAuth. */
  smtpPassword?: InputMaybe<Scalars['String']['input']>;
  /** Instead of a password. */
  smtpOAuth?: InputMaybe<SmtpOAuthInput>;
  from?: InputMaybe<Scalars['String']['input']>;
  recipients: Array<Scalars['String']['input']>;
  notifyOn: Array<NotifyOn>;
  /** May name {environment} {result} {what} {policy} {type} {counts} {tables} {issues}; absent: `[Tablekeep {environment}] {result}: {what}, {tables}`. */
  subjectTemplate?: InputMaybe<Scalars['String']['input']>;
  /** Absent: unchanged. */
  dailyReport?: InputMaybe<DailyReportInput>;
};

/** Either a recipient or a channel. */
export type SendTestNotificationInput = {
  /** An address: by mail, as the settings say. */
  recipient?: InputMaybe<Scalars['String']['input']>;
  channelId?: InputMaybe<Scalars['ID']['input']>;
  /** With `recipient`: the daily report of the last 24 hours, as it would be made now. The report of the day comes nevertheless. */
  dailyReport?: InputMaybe<Scalars['Boolean']['input']>;
};

export type NotificationSettingsPayload = {
  __typename?: 'NotificationSettingsPayload';
  notificationSettings: Maybe<NotificationSettings>;
  userErrors: Array<UserError>;
};

export type TestNotificationPayload = {
  __typename?: 'TestNotificationPayload';
  /** Word for word, with its code in front. */
  serverAnswer: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type Delivery = {
  __typename?: 'Delivery';
  /** Also the message's id for the receiver: Message-ID of a mail, webhook-id of a webhook. */
  id: Scalars['ID']['output'];
  eventId: Scalars['ID']['output'];
  kind: DeliveryKind;
  /** Null: mail, or the channel is gone. */
  channel: Maybe<NotificationChannel>;
  /** An address, or the name its channel had. */
  recipient: Scalars['String']['output'];
  subject: Scalars['String']['output'];
  /** Null: an event that is neither good nor bad news. */
  severity: Maybe<NotifyOn>;
  policyId: Maybe<Scalars['ID']['output']>;
  status: DeliveryStatus;
  attempts: Scalars['Int']['output'];
  /** Oldest first. */
  attemptLog: Array<DeliveryAttempt>;
  lastError: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  /** Null: none will follow. */
  nextTryAt: Maybe<Scalars['DateTime']['output']>;
  deliveredAt: Maybe<Scalars['DateTime']['output']>;
};

export type DeliveryEdge = {
  __typename?: 'DeliveryEdge';
  cursor: Scalars['String']['output'];
  node: Delivery;
};

export type DeliveryConnection = {
  __typename?: 'DeliveryConnection';
  edges: Array<DeliveryEdge>;
  nodes: Array<Delivery>;
  pageInfo: PageInfo;
};

export type AuditEntry = {
  __typename?: 'AuditEntry';
  id: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  phase: AuditPhase;
  actorName: Scalars['String']['output'];
  actorRole: Scalars['String']['output'];
  service: Scalars['String']['output'];
  action: Scalars['String']['output'];
  /** JSON, secrets removed. */
  input: Scalars['String']['output'];
  outcome: Maybe<Scalars['String']['output']>;
  requestId: Scalars['String']['output'];
};

export type AuditEdge = {
  __typename?: 'AuditEdge';
  cursor: Scalars['String']['output'];
  node: AuditEntry;
};

export type AuditConnection = {
  __typename?: 'AuditConnection';
  edges: Array<AuditEdge>;
  nodes: Array<AuditEntry>;
  pageInfo: PageInfo;
};

export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<
  TResult,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<
  TResult,
  TKey extends string,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo,
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  obj: T,
  context: TContext,
  info: GraphQLResolveInfo,
) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<
  TResult = Record<PropertyKey, never>,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>;

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ARN: ResolverTypeWrapper<Scalars['ARN']['output']>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  UserError: ResolverTypeWrapper<UserError>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  NotifyOn: NotifyOn;
  DeliveryStatus: DeliveryStatus;
  AuditPhase: AuditPhase;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AlertKind: AlertKind;
  AlertSeverity: AlertSeverity;
  AlertFilter: AlertFilter;
  Alert: ResolverTypeWrapper<AlertParent>;
  AlertSubject: ResolverTypeWrapper<AlertSubject>;
  AlertEdge: ResolverTypeWrapper<Omit<AlertEdge, 'node'> & { node: ResolversTypes['Alert'] }>;
  AlertConnection: ResolverTypeWrapper<
    Omit<AlertConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['AlertEdge']>;
      nodes: Array<ResolversTypes['Alert']>;
    }
  >;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SmtpTls: SmtpTls;
  OAuthProvider: OAuthProvider;
  OAuthGrant: OAuthGrant;
  SmtpOAuth: ResolverTypeWrapper<SmtpOAuth>;
  SmtpOAuthInput: SmtpOAuthInput;
  ChannelKind: ChannelKind;
  NotificationChannel: ResolverTypeWrapper<NotificationChannelParent>;
  WebhookSecret: ResolverTypeWrapper<WebhookSecret>;
  NotificationChannelInput: NotificationChannelInput;
  UpdateNotificationChannelInput: UpdateNotificationChannelInput;
  DeleteNotificationChannelInput: DeleteNotificationChannelInput;
  RotateWebhookSecretInput: RotateWebhookSecretInput;
  RedeliverInput: RedeliverInput;
  CreateNotificationChannelPayload: ResolverTypeWrapper<
    Omit<CreateNotificationChannelPayload, 'channel'> & { channel?: Maybe<ResolversTypes['NotificationChannel']> }
  >;
  NotificationChannelPayload: ResolverTypeWrapper<
    Omit<NotificationChannelPayload, 'channel'> & { channel?: Maybe<ResolversTypes['NotificationChannel']> }
  >;
  DeleteNotificationChannelPayload: ResolverTypeWrapper<DeleteNotificationChannelPayload>;
  RedeliverPayload: ResolverTypeWrapper<
    Omit<RedeliverPayload, 'delivery'> & { delivery?: Maybe<ResolversTypes['Delivery']> }
  >;
  DeliveryFilter: DeliveryFilter;
  DeliveryKind: DeliveryKind;
  DeliveryAttempt: ResolverTypeWrapper<DeliveryAttemptParent>;
  NotificationSettings: ResolverTypeWrapper<NotificationSettingsParent>;
  DailyReport: ResolverTypeWrapper<DailyReport>;
  DailyReportInput: DailyReportInput;
  NotificationSettingsInput: NotificationSettingsInput;
  SendTestNotificationInput: SendTestNotificationInput;
  NotificationSettingsPayload: ResolverTypeWrapper<
    Omit<NotificationSettingsPayload, 'notificationSettings'> & {
      notificationSettings?: Maybe<ResolversTypes['NotificationSettings']>;
    }
  >;
  TestNotificationPayload: ResolverTypeWrapper<TestNotificationPayload>;
  Delivery: ResolverTypeWrapper<DeliveryParent>;
  DeliveryEdge: ResolverTypeWrapper<Omit<DeliveryEdge, 'node'> & { node: ResolversTypes['Delivery'] }>;
  DeliveryConnection: ResolverTypeWrapper<
    Omit<DeliveryConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['DeliveryEdge']>;
      nodes: Array<ResolversTypes['Delivery']>;
    }
  >;
  AuditEntry: ResolverTypeWrapper<AuditEntryParent>;
  AuditEdge: ResolverTypeWrapper<Omit<AuditEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  AuditConnection: ResolverTypeWrapper<
    Omit<AuditConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['AuditEdge']>;
      nodes: Array<ResolversTypes['AuditEntry']>;
    }
  >;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  ARN: Scalars['ARN']['output'];
  BigInt: Scalars['BigInt']['output'];
  UserError: UserError;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  AlertFilter: AlertFilter;
  Alert: AlertParent;
  AlertSubject: AlertSubject;
  AlertEdge: Omit<AlertEdge, 'node'> & { node: ResolversParentTypes['Alert'] };
  AlertConnection: Omit<AlertConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['AlertEdge']>;
    nodes: Array<ResolversParentTypes['Alert']>;
  };
  Mutation: Record<PropertyKey, never>;
  SmtpOAuth: SmtpOAuth;
  SmtpOAuthInput: SmtpOAuthInput;
  NotificationChannel: NotificationChannelParent;
  WebhookSecret: WebhookSecret;
  NotificationChannelInput: NotificationChannelInput;
  UpdateNotificationChannelInput: UpdateNotificationChannelInput;
  DeleteNotificationChannelInput: DeleteNotificationChannelInput;
  RotateWebhookSecretInput: RotateWebhookSecretInput;
  RedeliverInput: RedeliverInput;
  CreateNotificationChannelPayload: Omit<CreateNotificationChannelPayload, 'channel'> & {
    channel?: Maybe<ResolversParentTypes['NotificationChannel']>;
  };
  NotificationChannelPayload: Omit<NotificationChannelPayload, 'channel'> & {
    channel?: Maybe<ResolversParentTypes['NotificationChannel']>;
  };
  DeleteNotificationChannelPayload: DeleteNotificationChannelPayload;
  RedeliverPayload: Omit<RedeliverPayload, 'delivery'> & { delivery?: Maybe<ResolversParentTypes['Delivery']> };
  DeliveryFilter: DeliveryFilter;
  DeliveryAttempt: DeliveryAttemptParent;
  NotificationSettings: NotificationSettingsParent;
  DailyReport: DailyReport;
  DailyReportInput: DailyReportInput;
  NotificationSettingsInput: NotificationSettingsInput;
  SendTestNotificationInput: SendTestNotificationInput;
  NotificationSettingsPayload: Omit<NotificationSettingsPayload, 'notificationSettings'> & {
    notificationSettings?: Maybe<ResolversParentTypes['NotificationSettings']>;
  };
  TestNotificationPayload: TestNotificationPayload;
  Delivery: DeliveryParent;
  DeliveryEdge: Omit<DeliveryEdge, 'node'> & { node: ResolversParentTypes['Delivery'] };
  DeliveryConnection: Omit<DeliveryConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['DeliveryEdge']>;
    nodes: Array<ResolversParentTypes['Delivery']>;
  };
  AuditEntry: AuditEntryParent;
  AuditEdge: Omit<AuditEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  AuditConnection: Omit<AuditConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['AuditEdge']>;
    nodes: Array<ResolversParentTypes['AuditEntry']>;
  };
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
};

export type LinkDirectiveArgs = {
  url: Scalars['String']['input'];
  import?: Maybe<Array<Scalars['String']['input']>>;
};

export type LinkDirectiveResolver<
  Result,
  Parent,
  ContextType = Context,
  Args = LinkDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = {};

export type ShareableDirectiveResolver<
  Result,
  Parent,
  ContextType = Context,
  Args = ShareableDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = {};

export type InaccessibleDirectiveResolver<
  Result,
  Parent,
  ContextType = Context,
  Args = InaccessibleDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface ArnScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ARN'], any> {
  name: 'ARN';
}

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export type UserErrorResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError'],
> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PageInfoResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo'],
> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query'],
> = {
  notificationSettings?: Resolver<ResolversTypes['NotificationSettings'], ParentType, ContextType>;
  deliveries?: Resolver<ResolversTypes['DeliveryConnection'], ParentType, ContextType, Partial<QueryDeliveriesArgs>>;
  alerts?: Resolver<ResolversTypes['AlertConnection'], ParentType, ContextType, Partial<QueryAlertsArgs>>;
  notificationChannels?: Resolver<Array<ResolversTypes['NotificationChannel']>, ParentType, ContextType>;
  notificationChannel?: Resolver<
    Maybe<ResolversTypes['NotificationChannel']>,
    ParentType,
    ContextType,
    RequireFields<QueryNotificationChannelArgs, 'id'>
  >;
  auditLog?: Resolver<ResolversTypes['AuditConnection'], ParentType, ContextType, Partial<QueryAuditLogArgs>>;
};

export type AlertResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AlertKind'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['AlertSeverity'], ParentType, ContextType>;
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accountId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  policyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  policyName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  summary?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cause?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextTry?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  remedy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  about?: Resolver<Array<ResolversTypes['AlertSubject']>, ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  raisedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  clearedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AlertSubjectResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AlertSubject'] = ResolversParentTypes['AlertSubject'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  arn?: Resolver<Maybe<ResolversTypes['ARN']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  cause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AlertEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AlertEdge'] = ResolversParentTypes['AlertEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
};

export type AlertConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AlertConnection'] = ResolversParentTypes['AlertConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['AlertEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Alert']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MutationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  updateNotificationSettings?: Resolver<
    ResolversTypes['NotificationSettingsPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationUpdateNotificationSettingsArgs, 'input'>
  >;
  sendTestNotification?: Resolver<
    ResolversTypes['TestNotificationPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationSendTestNotificationArgs, 'input'>
  >;
  createNotificationChannel?: Resolver<
    ResolversTypes['CreateNotificationChannelPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationCreateNotificationChannelArgs, 'input'>
  >;
  updateNotificationChannel?: Resolver<
    ResolversTypes['NotificationChannelPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationUpdateNotificationChannelArgs, 'input'>
  >;
  deleteNotificationChannel?: Resolver<
    ResolversTypes['DeleteNotificationChannelPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationDeleteNotificationChannelArgs, 'input'>
  >;
  rotateWebhookSecret?: Resolver<
    ResolversTypes['CreateNotificationChannelPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRotateWebhookSecretArgs, 'input'>
  >;
  redeliver?: Resolver<
    ResolversTypes['RedeliverPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRedeliverArgs, 'input'>
  >;
};

export type SmtpOAuthResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SmtpOAuth'] = ResolversParentTypes['SmtpOAuth'],
> = {
  provider?: Resolver<ResolversTypes['OAuthProvider'], ParentType, ContextType>;
  grant?: Resolver<ResolversTypes['OAuthGrant'], ParentType, ContextType>;
  clientId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tokenUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scope?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  clientSecretSet?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  refreshTokenSet?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type NotificationChannelResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['NotificationChannel'] = ResolversParentTypes['NotificationChannel'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChannelKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  topicArn?: Resolver<Maybe<ResolversTypes['ARN']>, ParentType, ContextType>;
  accountId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  severities?: Resolver<Maybe<Array<ResolversTypes['NotifyOn']>>, ParentType, ContextType>;
  policyIds?: Resolver<Maybe<Array<ResolversTypes['ID']>>, ParentType, ContextType>;
  eventTypes?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  secrets?: Resolver<Array<ResolversTypes['WebhookSecret']>, ParentType, ContextType>;
  disabledBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  disabledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WebhookSecretResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['WebhookSecret'] = ResolversParentTypes['WebhookSecret'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type CreateNotificationChannelPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['CreateNotificationChannelPayload'] =
    ResolversParentTypes['CreateNotificationChannelPayload'],
> = {
  channel?: Resolver<Maybe<ResolversTypes['NotificationChannel']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type NotificationChannelPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['NotificationChannelPayload'] =
    ResolversParentTypes['NotificationChannelPayload'],
> = {
  channel?: Resolver<Maybe<ResolversTypes['NotificationChannel']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteNotificationChannelPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeleteNotificationChannelPayload'] =
    ResolversParentTypes['DeleteNotificationChannelPayload'],
> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RedeliverPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RedeliverPayload'] = ResolversParentTypes['RedeliverPayload'],
> = {
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeliveryAttemptResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeliveryAttempt'] = ResolversParentTypes['DeliveryAttempt'],
> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  answerCode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  answer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NotificationSettingsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['NotificationSettings'] = ResolversParentTypes['NotificationSettings'],
> = {
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  smtpHost?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  smtpPort?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  smtpTls?: Resolver<ResolversTypes['SmtpTls'], ParentType, ContextType>;
  smtpCaCertificates?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  smtpUser?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  smtpPasswordSet?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  smtpOAuth?: Resolver<Maybe<ResolversTypes['SmtpOAuth']>, ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recipients?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  notifyOn?: Resolver<Array<ResolversTypes['NotifyOn']>, ParentType, ContextType>;
  subjectTemplate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  dailyReport?: Resolver<ResolversTypes['DailyReport'], ParentType, ContextType>;
};

export type DailyReportResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DailyReport'] = ResolversParentTypes['DailyReport'],
> = {
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  timeOfDay?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recipients?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  nextAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type NotificationSettingsPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['NotificationSettingsPayload'] =
    ResolversParentTypes['NotificationSettingsPayload'],
> = {
  notificationSettings?: Resolver<Maybe<ResolversTypes['NotificationSettings']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TestNotificationPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TestNotificationPayload'] = ResolversParentTypes['TestNotificationPayload'],
> = {
  serverAnswer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeliveryResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DeliveryKind'], ParentType, ContextType>;
  channel?: Resolver<Maybe<ResolversTypes['NotificationChannel']>, ParentType, ContextType>;
  recipient?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<Maybe<ResolversTypes['NotifyOn']>, ParentType, ContextType>;
  policyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attemptLog?: Resolver<Array<ResolversTypes['DeliveryAttempt']>, ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  nextTryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DeliveryEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeliveryEdge'] = ResolversParentTypes['DeliveryEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Delivery'], ParentType, ContextType>;
};

export type DeliveryConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeliveryConnection'] = ResolversParentTypes['DeliveryConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['DeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Delivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEntryResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['AuditPhase'], ParentType, ContextType>;
  actorName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actorRole?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  input?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AuditEdge'] = ResolversParentTypes['AuditEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type AuditConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AuditConnection'] = ResolversParentTypes['AuditConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['AuditEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  ARN?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Alert?: AlertResolvers<ContextType>;
  AlertSubject?: AlertSubjectResolvers<ContextType>;
  AlertEdge?: AlertEdgeResolvers<ContextType>;
  AlertConnection?: AlertConnectionResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  SmtpOAuth?: SmtpOAuthResolvers<ContextType>;
  NotificationChannel?: NotificationChannelResolvers<ContextType>;
  WebhookSecret?: WebhookSecretResolvers<ContextType>;
  CreateNotificationChannelPayload?: CreateNotificationChannelPayloadResolvers<ContextType>;
  NotificationChannelPayload?: NotificationChannelPayloadResolvers<ContextType>;
  DeleteNotificationChannelPayload?: DeleteNotificationChannelPayloadResolvers<ContextType>;
  RedeliverPayload?: RedeliverPayloadResolvers<ContextType>;
  DeliveryAttempt?: DeliveryAttemptResolvers<ContextType>;
  NotificationSettings?: NotificationSettingsResolvers<ContextType>;
  DailyReport?: DailyReportResolvers<ContextType>;
  NotificationSettingsPayload?: NotificationSettingsPayloadResolvers<ContextType>;
  TestNotificationPayload?: TestNotificationPayloadResolvers<ContextType>;
  Delivery?: DeliveryResolvers<ContextType>;
  DeliveryEdge?: DeliveryEdgeResolvers<ContextType>;
  DeliveryConnection?: DeliveryConnectionResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditConnection?: AuditConnectionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
