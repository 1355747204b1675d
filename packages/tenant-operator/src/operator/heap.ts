/**
 * Keeps the heap close to what lives in it. V8 lets a small heap grow to several times its live size before it collects; the operator's objects pass
 * through quickly, so the room is never used (measured with 1,000 tenants made from nothing: 221 MiB without, 182 MiB with it, for a tenth more CPU).
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--heap-growing-percent=25');
