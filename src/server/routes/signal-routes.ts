import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stringifyLossless } from '../../core/index.ts';
import type { SignalOrigin, SignalReceipt } from '../../ports/index.ts';
import {
  addBarsQuery,
  barsFromWire,
  barsReceiptToWire,
  barTypeOf,
  checkBy,
  instrumentOf,
  parseMessage,
  readPrediction,
  readSignalMessage,
  signalQuery,
} from '../../wire/index.ts';
import { NdjsonBody } from '../bodies/body-readers.ts';
import { RequestError } from '../problem.ts';
import type { ServerContext } from '../server-options.ts';
import { BatchHandler, type SignalReader, submitSignal } from './batch.ts';
import { ignoreFault, sendJson, settledSoon, whenRecorded } from './send.ts';

/** The routes used most: signals, predictions and bars. */
export function addSignalRoutes(app: FastifyInstance, context: ServerContext): void {
  const batches = new BatchHandler(context);

  const answerTo = (read: SignalReader) => (request: FastifyRequest, reply: FastifyReply) => {
    const origin = originOf(context, request);
    if (request.body instanceof NdjsonBody)
      return sendBatch(reply, batches.answer(request.body.bytes, { origin, read }));
    const receipt = submitSignal(context, jsonBody(request), origin, read);
    if (receipt instanceof Promise) return receipt.then((known) => sendAnswer(context, reply, known, origin));
    return sendAnswer(context, reply, receipt, origin);
  };

  app.post('/v1/signals', answerTo(readSignalMessage));
  app.post('/v1/predictions', answerTo(readPrediction));

  app.post<{ Params: { instrument_id: string } }>('/v1/bars/:instrument_id', async (request, reply) => {
    const { durable, bar_type: said } = checkBy(addBarsQuery, request.query, 'query');
    const instrumentId = instrumentOf(request.params.instrument_id);
    const message = parseMessage(jsonBody(request));
    const bars = barsFromWire(message);
    const barType = barTypeOf(message, said);
    const receipt = context.service.addBars(instrumentId, bars, undefined, barType);
    if (durable === 'true') await settledSoon(context, receipt.recorded);
    else ignoreFault(receipt.recorded);
    return sendJson(reply, stringifyLossless(barsReceiptToWire(receipt)));
  });
}

/** Sends the answer, once it is recorded where the sender waits for that. */
function sendAnswer(
  context: ServerContext,
  reply: FastifyReply,
  receipt: SignalReceipt,
  { durable }: SignalOrigin,
): FastifyReply | Promise<FastifyReply> {
  // Its text is read only then: a halt may have come meanwhile.
  if (durable) return whenRecorded(context, receipt).then(() => sendJson(reply, receipt.text));
  ignoreFault(receipt.recorded);
  return sendJson(reply, receipt.text);
}

/** @throws {ConditionError} for a query that is not known. */
function originOf({ clock }: ServerContext, request: FastifyRequest): SignalOrigin {
  const receivedNs = clock.monotonicNs();
  const plain = { transport: 'http', receivedNs, waitedMs: 0, durable: false } as const;
  if (!request.raw.url?.includes('?')) return plain;
  const { durable, include_bars: includeBars } = checkBy(signalQuery, request.query, 'query');
  return { ...plain, durable: durable === 'true', includeBars: includeBars === 'true' };
}

const NO_BODY = Buffer.alloc(0);

/** The bytes of one JSON message; none where no body came. @throws {RequestError} when lines came instead. */
export function jsonBody({ body }: FastifyRequest): Buffer {
  if (body instanceof NdjsonBody)
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', 'this route takes application/json only');
  return (body as Buffer | undefined) ?? NO_BODY;
}

function sendBatch(reply: FastifyReply, slices: AsyncGenerator<string>): FastifyReply {
  return reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(Readable.from(slices));
}
