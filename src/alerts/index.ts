export { serviceName } from './delivery/service-name.ts';
export type { Webhook } from './delivery/webhook.ts';
export { originOf } from './delivery/webhook.ts';
export { sendTest, type TestedWebhook } from './send-test.ts';
export { AlertLink } from './thread/alert-link.ts';
