import type { OrchestratorConfig } from '../../config/index.ts';
import type { BusCodec } from '../../ports/index.ts';
import { MAX_ID_LENGTH } from '../../wire/index.ts';
import { ml4tCodec } from './ml4t-codec.ts';
import { decodeMsgpack } from './msgpack.ts';
import { nautilusCodec } from './nautilus-codec.ts';

/** The codec that the settings name. */
export function createCodec(
  redis: Pick<OrchestratorConfig['redis'], 'codec' | 'encoding' | 'nautilusFields'>,
): BusCodec {
  const { codec } = redis;
  return codec === 'ml4t' ? ml4tCodec : nautilusCodec({ ...redis, codec });
}

/** The signal id of a payload that could not be taken, where it can be made out; else null. Never throws. */
export function findSignalId(payload: Uint8Array): string | null {
  const match = /"signal_id"\s*:\s*"([^"\\]{1,256})"/.exec(Buffer.from(payload).toString('utf8'));
  return match?.[1] ?? idInMsgpack(payload);
}

function idInMsgpack(payload: Uint8Array): string | null {
  try {
    const { signal_id: id } = decodeMsgpack(payload) as Record<string, unknown>;
    return typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH ? id : null;
  } catch {
    return null; // not MessagePack either
  }
}
