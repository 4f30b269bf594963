import type { OrchestratorConfig } from '../../../domain/index.ts';
import type { BusCodec } from './bus-codec.ts';
import { ml4tCodec } from './ml4t-codec.ts';

export type { BusCodec, DecodedEntry, EncodedAnswer, EntryFields } from './bus-codec.ts';

export function createCodec(_config: OrchestratorConfig['redis']): BusCodec {
  return ml4tCodec;
}

export function findSignalId(payload: Uint8Array): string | null {
  const match = /"signal_id"\s*:\s*"([^"\\]{1,256})"/.exec(Buffer.from(payload).toString('utf8'));
  return match === null ? null : match[1];
}
