import { decode } from '@msgpack/msgpack';
import { countKeys, DataError } from '../../core/index.ts';

/** Maximum depth of a payload; our own messages nest at most four levels. */
const MAX_DEPTH = 16;

/**
 * Reads MessagePack that came from outside; 64-bit integers are bigint. Its shape is walked before anything is allocated: five
 * bytes may announce four thousand million elements, for which a decoder would take all the memory there is.
 *
 * @throws {DataError} `BAD_JSON` when it is cut short, too deep, followed by more, or no MessagePack.
 */
export function decodeMsgpack(payload: Uint8Array): unknown {
  try {
    const nKeys = checkShape(payload);
    const value = decode(payload, { useBigInt64: true });
    if (countKeys(value) !== nKeys) throw new ShapeFault('a key stands twice in one map');
    return value;
  } catch (error) {
    throw new DataError('BAD_JSON', `a payload must be MessagePack: ${faultOf(error)}`, { cause: error });
  }
}

/** A fault of a shape, that {@link checkShape} found. */
class ShapeFault extends Error {}

/** Why a payload is refused, in a clause of our own: the sentences of the decoder and the engine name their own parts. */
function faultOf(error: unknown): string {
  if (error instanceof ShapeFault) return error.message;
  return error instanceof RangeError ? 'it is cut short' : 'it cannot be decoded';
}

/** Walks one value. Every element takes at least a byte, so a false count reads past the end and is refused. @returns the number of its keys. */
function checkShape(payload: Uint8Array): number {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const left: number[] = [1]; // elements still to come, by depth
  let at = 0;
  let nKeys = 0;
  while (left.length > 0) {
    if (left[left.length - 1] === 0) {
      left.pop();
      continue;
    }
    left[left.length - 1]--;
    const { skip, children } = headOf(view, at);
    if (isMap(view.getUint8(at))) nKeys += children / 2;
    at += skip;
    if (at + children > payload.length) throw new ShapeFault('it is cut short');
    if (children === 0) continue;
    if (left.length > MAX_DEPTH) throw new ShapeFault(`it is nested deeper than ${MAX_DEPTH}`);
    left.push(children);
  }
  if (at !== payload.length) throw new ShapeFault('something follows its end');
  return nKeys;
}

/** Whether a value that begins so is a map. */
export function isMap(byte: number): boolean {
  return (byte & 0xf0) === 0x80 || byte === 0xde || byte === 0xdf;
}

interface Head {
  /** Bytes of the head and of what it holds itself. */
  readonly skip: number;
  /** Values that follow as its elements: two for each key of a map. */
  readonly children: number;
}

/** Size of each type that has only one (nil, booleans, numbers, fixext), head included, bytes. The other types carry a length. */
const FIXED: Readonly<Record<number, number>> = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
  212: 3,
  213: 4,
  214: 6,
  215: 10,
  216: 18,
};

function headOf(view: DataView, at: number): Head {
  const byte = view.getUint8(at);
  if (byte < 0x80 || byte >= 0xe0) return { skip: 1, children: 0 };
  if (byte < 0x90) return { skip: 1, children: (byte & 15) * 2 };
  if (byte < 0xa0) return { skip: 1, children: byte & 15 };
  if (byte < 0xc0) return { skip: 1 + (byte & 31), children: 0 };
  const size = FIXED[byte];
  return size === undefined ? sizedHead(view, at, byte) : { skip: size, children: 0 };
}

function sizedHead(view: DataView, at: number, byte: number): Head {
  const bin = byte - 0xc4; // bin 8, 16, 32
  const ext = byte - 0xc7;
  const text = byte - 0xd9;
  const list = byte - 0xdc; // array 16, 32, map 16, 32
  if (bin >= 0 && bin < 3) return { skip: 1 + (1 << bin) + lengthOf(view, at, bin), children: 0 };
  if (ext >= 0 && ext < 3) return { skip: 2 + (1 << ext) + lengthOf(view, at, ext), children: 0 };
  if (text >= 0 && text < 3) return { skip: 1 + (1 << text) + lengthOf(view, at, text), children: 0 };
  if (list < 0) throw new ShapeFault('0xc1 is no MessagePack');
  const power = 1 + (list & 1);
  return { skip: 1 + (1 << power), children: lengthOf(view, at, power) * (list < 2 ? 1 : 2) };
}

function lengthOf(view: DataView, at: number, power: number): number {
  if (power === 0) return view.getUint8(at + 1);
  return power === 1 ? view.getUint16(at + 1) : view.getUint32(at + 1);
}
