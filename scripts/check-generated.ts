// Every packages/*/generate.ts exports `generate(): Map<path, text>`, paths from the root. `--write` writes the files; without it a difference is an error.
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const write = process.argv.includes('--write');
const stale: string[] = [];
let count = 0;
for (const file of globSync('packages/*/generate.ts').sort()) {
  const generator: unknown = await import(new URL(`../${file}`, import.meta.url).href);
  const generate: unknown = typeof generator === 'object' && generator !== null ? Reflect.get(generator, 'generate') : undefined;
  if (typeof generate !== 'function') throw new Error(`${file} does not export generate()`);
  const made: unknown = await generate();
  if (!(made instanceof Map)) throw new Error(`${file}: generate() must return a Map of path to text`);
  for (const [path, text] of made) {
    if (typeof path !== 'string' || typeof text !== 'string') throw new Error(`${file}: generate() must return texts by path`);
    count += 1;
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    if (write) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`wrote ${path}`);
    } else stale.push(path);
  }
}
for (const path of stale) console.error(`${path} is not what its generator makes; run: npm run generate`);
if (stale.length > 0) process.exit(1);
console.log(`generated: ${count} files are up to date`);
