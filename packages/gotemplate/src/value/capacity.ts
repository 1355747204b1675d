/**
 * The capacity that Go's append gives a slice of interfaces. It shows in templates: `slice` reaches up to the capacity, and its
 * error says so.
 */

/** Allocation sizes of Go's runtime (runtime/sizeclasses.go), in bytes. */
const SIZE_CLASSES = [
  8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704,
  768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192,
  9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
];
const MALLOC_HEADER = 8;
const HEADER_FROM = 512;
const PAGE = 8192;
const DOUBLE_UNTIL = 256;

function roundUp(bytes: number, pointers: boolean): number {
  const header = pointers && bytes > HEADER_FROM ? MALLOC_HEADER : 0;
  const fit = SIZE_CLASSES.find((c) => c >= bytes + header);
  return fit === undefined ? Math.ceil(bytes / PAGE) * PAGE : fit - header;
}

/** The capacity after growing from `capacity` to hold `length` elements of `size` bytes. */
export function grow(capacity: number, length: number, size = 16, pointers = true): number {
  if (length <= capacity) return capacity;
  let next = capacity * 2;
  if (length > next) next = length;
  else if (capacity >= DOUBLE_UNTIL) {
    next = capacity;
    while (next < length) next += Math.floor((next + 3 * DOUBLE_UNTIL) / 4);
  }
  return Math.floor(roundUp(next * size, pointers) / size);
}

/** The capacity of a slice made by appending `length` elements of `size` bytes one by one. */
export function growCapacity(length: number, size = 16, pointers = true): number {
  let capacity = 0;
  for (let n = 1; n <= length; n = capacity + 1) capacity = grow(capacity, n, size, pointers);
  return capacity;
}
