/** What `load` returned: whether threads can share it, and whether they left it as it was. */

/** Plain values around the shared memory. */
const valueLimit = 10_000;
/** Of memory so large that adding it up would be felt, only some is looked at: a block of 64 KiB in each so many. */
const wholeLimitBytes = 256 * 1024 * 1024;
const blockWords = 16_384;

/** Why threads cannot share a value; null if they can. It says where in the value. */
export const findSharedFault = (shared: unknown): string | null => {
  let room = valueLimit;
  const seen = new Set<unknown>();
  const find = (value: unknown, path: string): string | null => {
    if (typeof value === 'function' || typeof value === 'symbol')
      return `${path} is a ${typeof value}, which threads cannot share`;
    if (typeof value !== 'object' || value === null || seen.has(value)) return null;
    seen.add(value);
    if (value instanceof SharedArrayBuffer) return null;
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const buffer = value instanceof ArrayBuffer ? value : value.buffer;
      return buffer instanceof SharedArrayBuffer
        ? null
        : `${path} lies in memory of its own, which each thread would copy; make it over a SharedArrayBuffer`;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
      return `${path} is a ${value.constructor.name || 'strange object'}, which threads cannot share`;
    for (const [name, each] of Object.entries(value)) {
      if (room-- <= 0)
        return `more than ${valueLimit.toLocaleString('en')} values would be copied for each thread; put them into a SharedArrayBuffer`;
      const fault = find(each, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`);
      if (fault !== null) return fault;
    }
    return null;
  };
  return find(shared, 'shared');
};

/** Freezes what can be frozen: all but the memory. */
export const freezeShared = (shared: unknown): void => {
  if (typeof shared !== 'object' || shared === null || ArrayBuffer.isView(shared) || Object.isFrozen(shared)) return;
  if (shared instanceof SharedArrayBuffer) return;
  Object.freeze(shared);
  for (const each of Object.values(shared)) freezeShared(each);
};

/** The memory in a shared value, each once. */
export const buffersOf = (shared: unknown): readonly SharedArrayBuffer[] => {
  const found = new Set<SharedArrayBuffer>();
  const seen = new Set<unknown>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof SharedArrayBuffer) found.add(value);
    else if (ArrayBuffer.isView(value)) look(value.buffer);
    else Object.values(value).forEach(look);
  };
  look(shared);
  return [...found];
};

/** A sum of the memory that any change of one byte changes, as far as it is looked at: all of 256 MiB, samples of more. */
export const sumOf = (buffers: readonly SharedArrayBuffer[]): number => {
  const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const stride = Math.max(1, Math.ceil(bytes / wholeLimitBytes));
  return buffers.reduce((sum, buffer) => (Math.imul(sum, 31) + sumOfOne(buffer, stride)) | 0, 0);
};

const sumOfOne = (buffer: SharedArrayBuffer, stride: number): number => {
  const words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  let sum = 0;
  for (let block = 0; block < words.length; block += blockWords * stride) {
    const end = Math.min(words.length, block + blockWords);
    for (let i = block; i < end; i++) sum = (Math.imul(sum, 31) + (words[i] as number)) | 0;
  }
  for (const byte of new Uint8Array(buffer, words.length * 4)) sum = (Math.imul(sum, 31) + byte) | 0;
  return sum;
};
