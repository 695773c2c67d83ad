export { createClient } from './client.js';
export { ConduitProblem } from './problem.js';
export { verifyWebhook, WebhookVerificationError } from './verifyWebhook.js';
