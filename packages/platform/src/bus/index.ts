export type { Consumer, EventBus, Lag, Published } from './port.ts';
export { createInProcessBus } from './in-process.ts';
export { connectKafka, groupOf, type KafkaConfig } from './kafka.ts';
export { createTopics, topicSettings, type TopicSettings } from './topics.ts';
