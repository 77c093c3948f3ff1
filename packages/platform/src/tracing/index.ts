export { tracingConfig, tracingEnvironment, type TracingConfig } from './environment.ts';
export { eventSpan, workSpan } from './messaging.ts';
export { graphqlSpan, inServerSpan, tracedRoute } from './requests.ts';
export { continueTrace, currentTraceparent, inSpan, openSpan, type NewSpan, type OpenSpan } from './spans.ts';
export { startTracing } from './start-tracing.ts';
