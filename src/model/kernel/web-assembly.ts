export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

/** The part of WebAssembly used here; neither TypeScript's `es` libraries nor Node's types declare it. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, WasmMemory>>,
  ) => { readonly exports: unknown };
};

const PAGE_BYTES = 65_536;

/** Compiles a kernel built by `scripts/build-kernel.mjs`. @param base64 - bytes of the WebAssembly module. */
export function compileKernel(base64: string): object {
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** Instantiates a kernel with its own zeroed memory. @param nBytes - minimum size of the memory, bytes. */
export function startKernel<Exports>(module: object, nBytes: number): { memory: WasmMemory; exports: Exports } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(nBytes / PAGE_BYTES) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, exports: exports as Exports };
}

/** Grows a memory to at least `nBytes` bytes; existing views of it become invalid. */
export function growMemory(memory: WasmMemory, nBytes: number): void {
  const missing = nBytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}
