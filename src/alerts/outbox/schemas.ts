import { z } from 'zod';
import { ALERT_EVENTS } from '../../domain/index.ts';

const data = z.record(z.string(), z.union([z.string(), z.boolean(), z.null()]));
const draftSchema = z.strictObject({
  event: z.enum(ALERT_EVENTS),
  subject: z.string(),
  value: z.string().nullable(),
  isUsual: z.boolean(),
  identity: z.string(),
  atMs: z.number(),
  text: z.string(),
  data,
});
const alertSchema = z.strictObject({
  id: z.string(),
  event: z.enum([...ALERT_EVENTS, 'test']),
  subject: z.string(),
  value: z.string().nullable(),
  atMs: z.number(),
  letOutMs: z.number(),
  text: z.string(),
  data,
  nHeldBack: z.number(),
});

/** A file of an alert that waits. */
export const waitingSchema = z.strictObject({ alert: alertSchema, receivers: z.array(z.string()) });

/** The file of the ledger. */
export const ledgerSchema = z.strictObject({
  subjects: z.array(
    z.tuple([
      z.string(),
      z.strictObject({
        value: z.string().nullable(),
        notedMs: z.number(),
        letThrough: z.record(z.string(), z.number()),
        held: draftSchema.nullable(),
        nHeldBack: z.number(),
      }),
    ]),
  ),
  ids: z.array(z.string()),
});
