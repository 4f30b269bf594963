import { SignalBytes } from '../../../live/signals.ts';

/** Maximum number of signals that one service gets. */
const MAX_SIGNALS = 2_000_000;

/** Makes the requests, the same for every service: signal `i` has 100 bars as JSON columns and an id of its own. */
export function signalRequests(): (i: number) => Buffer {
  const signals = new SignalBytes('columns', request, MAX_SIGNALS);
  return (i) => {
    if (i >= MAX_SIGNALS) throw new Error(`more than ${MAX_SIGNALS} signals`);
    return signals.signal(i);
  };
}

function request(body: Buffer): Buffer {
  const head = `POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
