export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

/** The platform's WebAssembly as far as it is used here; neither TypeScript's es libraries nor Node's types declare it. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, WasmMemory>>,
  ) => { readonly exports: unknown };
};

const PAGE_BYTES = 65_536;

/** Compiles a kernel that was built by `scripts/build-kernel.mjs`. */
export function compileKernel(base64: string): object {
  return new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** A kernel with a memory of its own of at least so many bytes, all zero. */
export function startKernel<Exports>(module: object, nBytes: number): { memory: WasmMemory; exports: Exports } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(nBytes / PAGE_BYTES) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, exports: exports as Exports };
}

/** Makes a memory at least so large; views of it must be made anew. */
export function growMemory(memory: WasmMemory, nBytes: number): void {
  const missing = nBytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}
