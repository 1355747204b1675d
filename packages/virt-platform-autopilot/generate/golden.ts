/** Golden files: what each asset becomes in each of the twelve contexts, equal outputs once. */
import { stringify } from 'yaml';
import { evaluate } from '../src/asset/evaluate.ts';
import type { LoadedAsset, LoadedCatalog } from '../src/catalog/load.ts';
import { readActivation } from '../src/gates/activation.ts';
import { Renderer } from '../src/render/renderer.ts';
import { goldenContexts } from './contexts.ts';

export function goldenFiles(catalog: LoadedCatalog): Map<string, string> {
  const renderer = new Renderer(catalog.readAsset);
  return new Map(
    catalog.assets.map((asset) => [
      `packages/virt-platform-autopilot/testdata/golden/${asset.entry.name}.yaml`,
      goldenFile(asset, renderer),
    ]),
  );
}

function goldenFile(asset: LoadedAsset, renderer: Renderer): string {
  const outputs = new Map<string, string[]>();
  for (const { name, context, view } of goldenContexts) {
    const text = outputOf(asset, renderer, context, view);
    outputs.set(text, [...(outputs.get(text) ?? []), name]);
  }
  const parts = [...outputs].map(([text, names]) => `# contexts: ${names.join(', ')}\n${text}`);
  return `# ${asset.entry.path}: what it becomes; generated (npm run generate). A difference is a change of the platform: read it.\n${parts.join('---\n')}`;
}

function outputOf(
  asset: LoadedAsset,
  renderer: Renderer,
  context: (typeof goldenContexts)[number]['context'],
  view: (typeof goldenContexts)[number]['view'],
): string {
  const input = {
    asset,
    activation: readActivation(context.hco),
    context,
    exclusions: [],
    dependencies: [],
    apiVersion: asset.head.apiVersion,
  };
  const evaluation = evaluate(input, renderer, view);
  switch (evaluation.result) {
    case 'wanted':
      return stringify(evaluation.object, { lineWidth: 0, aliasDuplicateObjects: false });
    case 'skipped':
      return `# not applied: ${evaluation.detail}\n`;
    case 'failed':
      throw new Error(evaluation.message);
    default:
      return `# not applied: ${evaluation.result}\n`;
  }
}
