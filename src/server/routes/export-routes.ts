import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../../core/index.ts';
import type { ExportRequest } from '../../live/index.ts';
import { checkBy, type ExportFormat, exportQuery } from '../../wire/index.ts';
import { problemCodeOf } from '../problem.ts';
import type { ServerContext } from '../server-options.ts';

/** Maximum number of exports that are answered at once. */
const MAX_EXPORTS = 2;
const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  parquet: 'application/vnd.apache.parquet',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** Everything that is recorded, as a table. */
export function addExportRoutes(app: FastifyInstance, context: ServerContext): void {
  const exports = new DecisionExports(context);
  app.get('/v1/export/decisions', async (request, reply) => {
    const { format = 'ndjson', after_seq: after = 0 } = checkBy(exportQuery, request.query, 'query');
    const stream = await exports.begin({ format, after });
    reply.raw.once('close', () => stream.destroy()); // a reader who is gone ends it, also before its first byte
    if (reply.raw.destroyed) stream.destroy();
    return reply
      .header('content-type', MEDIA_TYPES[format])
      .header('content-disposition', `attachment; filename="decisions.${format}"`)
      .send(stream);
  });
}

/** Exports on their way: each in turns with all that may wait for signals, a page of decisions in memory. */
class DecisionExports {
  readonly #context: ServerContext;
  #nRunning = 0;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** @returns the bytes, once the first of them is there. @throws {ServiceError} `OVERLOADED`. @throws {JournalError} */
  async begin(request: Omit<ExportRequest, 'turn'>): Promise<Readable> {
    if (this.#nRunning >= MAX_EXPORTS) {
      this.#context.connections.cutSlowReaders(); // one that does not read keeps the others out
      throw new ServiceError('OVERLOADED', `${MAX_EXPORTS} exports are being answered; try again in a second`);
    }
    const pieces = this.#pieces(request);
    const first = await pieces.next();
    const stream = Readable.from(first.done === true ? [] : continued(first.value, pieces), { objectMode: false });
    // A stream that nobody began to read does not end what it is of.
    return stream.once('close', () => void pieces.return(undefined));
  }

  async *#pieces(request: Omit<ExportRequest, 'turn'>): AsyncGenerator<Uint8Array> {
    const { service, turnShare, failures } = this.#context;
    this.#nRunning++;
    try {
      for await (const piece of service.exportDecisions({ ...request, turn: (make) => turnShare.make(make) })) {
        // The connection breaks off: a reader must not take a part for the whole.
        if (this.#context.isStopping) throw new ServiceError('STOPPING', 'the service is stopping');
        yield piece;
      }
    } catch (error) {
      if (problemCodeOf(error) === 'INTERNAL') failures.note(error);
      throw error;
    } finally {
      this.#nRunning--;
    }
  }
}

async function* continued(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
