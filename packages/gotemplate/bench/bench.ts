/**
 * Renders every manifests vector that gives an output, many times each with one variable changed each time, here and with real Go
 * (bench/go), and compares renders per second and a hash over all outputs. Also measures what importing the package costs.
 *
 *     npm run -s bench:gotemplate [-- --rounds 1000] [--json]
 *
 * Without Go on the machine only the own figures are printed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { compile } from '../src/index.ts';
import { loadSets, optionsOf, parseVector, untag } from '../test/support/vectors.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1000' }, json: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);
const file = fileURLToPath(new URL('../test/vectors/manifests.jsonl', import.meta.url));

interface Figures {
  readonly renders: number;
  readonly seconds: number;
  readonly hash: string;
}

async function ours(): Promise<Figures> {
  const sets = await loadSets();
  const hash = createHash('sha256');
  let renders = 0;
  let seconds = 0;
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const vector = parseVector(line);
    if (vector.error !== undefined) continue;
    const template = compile(`${vector.template}# {{ .bench }}\n`, optionsOf(vector, sets));
    const root: Record<string, unknown> = { ...(untag(vector.data) as object) };
    const start = performance.now();
    for (let i = 0; i < rounds; i++) {
      root['bench'] = `round ${i}`;
      hash.update(template.renderBytes(root));
      renders++;
    }
    seconds += (performance.now() - start) / 1000;
  }
  return { renders, seconds, hash: hash.digest('hex') };
}

function go(): Figures | undefined {
  const run = spawnSync('go', ['run', '.', 'bench', String(rounds), file], {
    cwd: fileURLToPath(new URL('./go/', import.meta.url)),
    encoding: 'utf8',
  });
  if (run.status !== 0) return undefined;
  const parsed: unknown = JSON.parse(run.stdout);
  const { renders, seconds, hash } = parsed as Figures;
  return { renders, seconds, hash };
}

/**
 * Time and memory of importing a module in a process of its own, over what an empty module costs: the least of several runs. The
 * module is bundled first, as it is when deployed: stripping types while loading costs more than all else together.
 */
function importCost(module: string): { ms: number; mb: number } {
  const folder = mkdtempSync(join(tmpdir(), 'gotemplate-'));
  const bundle = join(folder, 'bundle.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    minify: true,
  });
  try {
    return measureImport(pathToFileURL(bundle).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measureImport(url: string): { ms: number; mb: number } {
  const script = (what: string): string =>
    `globalThis.gc();const m=process.memoryUsage().rss;const t=performance.now();await import(${JSON.stringify(what)});const d=performance.now()-t;globalThis.gc();console.log(JSON.stringify({ms:d,mb:(process.memoryUsage().rss-m)/1048576}))`;
  const best = (what: string): { ms: number; mb: number } => {
    const runs = Array.from({ length: 7 }, () => {
      const run = spawnSync(
        process.execPath,
        ['--expose-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script(what)],
        { encoding: 'utf8' },
      );
      return JSON.parse(run.stdout) as { ms: number; mb: number };
    });
    return { ms: Math.min(...runs.map((r) => r.ms)), mb: Math.min(...runs.map((r) => r.mb)) };
  };
  const empty = best('data:text/javascript,0');
  const cost = best(url);
  return { ms: cost.ms - empty.ms, mb: Math.max(cost.mb - empty.mb, 0) };
}

await ours();
const here = await ours();
const there = go();
const rate = (f: Figures): number => Math.round(f.renders / f.seconds);
const imports = Object.fromEntries(
  ['../src/index.ts', '../src/sets/tenant.ts', '../src/sets/autopilot.ts'].map((m) => [m.replace('../src/', ''), importCost(m)]),
);

if (values.json) console.log(JSON.stringify({ here, there, imports }));
else {
  console.log(`gotemplate  ${rate(here)} renders/s  (${here.renders} renders, hash ${here.hash.slice(0, 16)})`);
  if (there === undefined) console.log('Go          not on this machine');
  else {
    console.log(`Go          ${rate(there)} renders/s  (${there.renders} renders, hash ${there.hash.slice(0, 16)})`);
    console.log(`ratio       ${(rate(here) / rate(there)).toFixed(2)}  hashes ${here.hash === there.hash ? 'equal' : 'DIFFER'}`);
  }
  for (const [name, cost] of Object.entries(imports))
    console.log(`import ${name.padEnd(18)} ${cost.ms.toFixed(1)} ms, ${cost.mb.toFixed(1)} MB`);
}
if (there !== undefined && here.hash !== there.hash) process.exitCode = 1;
