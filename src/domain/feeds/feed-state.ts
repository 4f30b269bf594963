/** How a feed of bars stands: `ok`, or why a signal of now would not be judged by it. */
export const FEED_STATES = ['ok', 'silent', 'hole', 'wrong_step'] as const;
export type FeedState = (typeof FEED_STATES)[number];
