import { ServiceError } from '../../core/index.ts';
import type { SignalService } from '../../live/index.ts';
import type { Logger, MessageBus } from '../../ports/index.ts';
import { settlesWithin } from '../../runtime/index.ts';

/** Time for each half of a stop (the transports, then the journal), milliseconds: both within ten seconds. */
const FINISH_MS = 4500;
/** Time given to a bus beyond its deadline, milliseconds; one that has not stopped by then is left alone. */
const SLACK_MS = 250;

/** Where a service is reached. */
export interface Address {
  readonly url: string;
}

/** A service and its transports, as one process. */
export interface LiveProcess {
  readonly service: SignalService;
  /**
   * Begins to answer; called again, it says where.
   *
   * @throws {ConditionError} when the address cannot be had; everything is let go then, as by `close`.
   * @throws {ServiceError} `STOPPING` once it was closed.
   */
  listen(): Promise<Address>;
  /** Takes nothing more, finishes what is under way within ten seconds, and lets everything go. */
  close(): Promise<void>;
}

/** What of a server is asked here. Its own type names packages that who embeds a service need not have. */
interface LiveServer {
  listen(): Promise<Address>;
  close(deadlineMs: number): Promise<void>;
}

export interface LiveProcessParts {
  readonly service: SignalService;
  readonly server: LiveServer;
  readonly bus: MessageBus | null;
  readonly logger: Logger;
}

/** @returns a process that listens at most once, and of which nothing is left open once it was closed. */
export function liveProcess(parts: LiveProcessParts): LiveProcess {
  const { service, server, bus, logger } = parts;
  let opening: Promise<Address> | null = null;
  let listening: Promise<Address> | null = null;
  let closing: Promise<void> | null = null;
  const open = async (): Promise<Address> => {
    const address = await server.listen();
    if (closing !== null) throw closed();
    if (bus !== null) startBus(bus, service, logger);
    return address;
  };
  const close = (): Promise<void> => {
    closing ??= letGo(parts, opening);
    return closing;
  };
  const openOrLetGo = async (): Promise<Address> => {
    try {
      opening = open();
      return await opening;
    } catch (error) {
      await close().catch(() => undefined); // what failed first is the reason
      throw error;
    }
  };
  const listen = async (): Promise<Address> => {
    if (closing !== null) throw closed();
    listening ??= openOrLetGo();
    return listening;
  };
  return { service, listen, close };
}

function closed(): ServiceError {
  return new ServiceError('STOPPING', 'the service was closed; create another one');
}

/** A bus that fails to start after it has returned must not end the process. @throws what it throws at once. */
function startBus(bus: MessageBus, service: SignalService, logger: Logger): void {
  const started: unknown = bus.start(service);
  Promise.resolve(started).catch((error: unknown) => logger.warn(`the bus did not start: ${String(error)}`));
}

/** @param opening - settles when the server listens, or cannot; a port that is opened later would stay open. */
async function letGo(
  { service, server, bus, logger }: LiveProcessParts,
  opening: Promise<Address> | null,
): Promise<void> {
  const stopBus = async (): Promise<void> => bus?.stop(FINISH_MS);
  const closeServer = async (): Promise<void> => {
    await Promise.allSettled([opening]);
    await server.close(FINISH_MS);
  };
  const busStopped = stopBus().catch((error: unknown) => logger.warn(`the bus did not stop: ${String(error)}`));
  try {
    await settlesWithin(Promise.all([busStopped, closeServer()]), FINISH_MS + SLACK_MS);
  } finally {
    await service.stop(FINISH_MS);
  }
}
