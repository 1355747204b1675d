export { FakeStream } from './fake-stream.ts';
export type { FakeAnswer, FakeHandler } from './fake-transport.ts';
export { FakeTransport } from './fake-transport.ts';
export { seededRandom } from './seeded-random.ts';
export { settle, VirtualClock } from './virtual-clock.ts';
