import { after, describe, test } from 'node:test';
import { badInput } from './bad-input.ts';
import { baseline } from './baseline.ts';
import { controller } from './controller.ts';
import { dependencies } from './dependencies.ts';
import { editWars } from './edit-wars.ts';
import { overrides } from './overrides.ts';
import { TestPlatform } from './platform.ts';
import { seed } from './seed.ts';
import { tombstones } from './tombstones.ts';
import { webhook } from './webhook.ts';
import type { World } from './world.ts';

const scenarios = [...webhook, ...baseline, ...seed, ...overrides, ...editWars, ...controller, ...dependencies, ...tombstones, ...badInput];

/** Runs every scenario; `world` makes a new world or gives the shared one. Worlds of their own may be used side by side. */
export function runScenarios(
  name: string,
  world: () => Promise<World>,
  closeAll: () => Promise<void> = async () => undefined,
  concurrency = 1,
): void {
  describe(`autopilot on ${name}`, { concurrency }, () => {
    after(closeAll);
    for (const { name: title, run, without } of scenarios) {
      test(title, async () => {
        const place = await world();
        const platform = new TestPlatform(place);
        try {
          await platform.prepare(without);
          await run(platform);
        } finally {
          await platform.stop();
          await place.close();
        }
      });
    }
  });
}
