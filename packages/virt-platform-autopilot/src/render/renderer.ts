import type { KubeObject } from '@caretaker/kube';
import { compile, type Template, TemplateError } from 'gotemplate';
import { parseAllDocuments } from 'yaml';
import type { LoadedAsset } from '../catalog/load.ts';
import { type Context, templateData } from '../context/context.ts';
import { AutopilotError, messageOf } from '../errors.ts';
import { isKubeObject, toJson } from '../json.ts';
import { type ClusterView, emptyClusterView, type Lookup, RecordingView } from './cluster-view.ts';
import { type FunctionHost, functionHost, templateFunctions } from './functions.ts';

export interface Rendered {
  /** Undefined: the template has nothing for this cluster. */
  object: KubeObject | undefined;
  /** What was looked up on the way; a change there may change the object. */
  lookups: readonly Lookup[];
}

/** Limits of the ancestor's loader. */
const maximumCharacters = 10 << 20;
const maximumDepth = 100;

/** Renders assets; templates are compiled once. Strict: a key that the data does not have is an error. */
export class Renderer {
  readonly #templates = new Map<string, Template>();
  readonly #host: FunctionHost;

  constructor(readAsset: (path: string) => string | undefined) {
    this.#host = functionHost(readAsset);
  }

  /** Throws `RenderFailed` naming file and line. */
  compile(asset: LoadedAsset): void {
    if (asset.isTemplate) this.#template(asset);
  }

  /** Throws `RenderFailed`. Pure but for what `view` says. */
  render(asset: LoadedAsset, context: Context, view: ClusterView = emptyClusterView): Rendered {
    const recording = new RecordingView(view);
    const text = asset.isTemplate ? this.#run(asset, context, recording) : asset.text;
    return { object: readObject(asset.entry.path, text), lookups: recording.lookups };
  }

  #run(asset: LoadedAsset, context: Context, view: ClusterView): string {
    const template = this.#template(asset);
    this.#host.view = view;
    try {
      return template.render(templateData(context, asset.entry.templateParams));
    } catch (error) {
      throw failed(asset.entry.path, error);
    } finally {
      this.#host.view = emptyClusterView;
    }
  }

  #template(asset: LoadedAsset): Template {
    const known = this.#templates.get(asset.entry.path);
    if (known) return known;
    try {
      const template = compile(asset.text, {
        name: asset.entry.path,
        missingkey: 'error',
        functions: templateFunctions(this.#host),
        limits: { outputBytes: maximumCharacters },
      });
      this.#templates.set(asset.entry.path, template);
      return template;
    } catch (error) {
      throw failed(asset.entry.path, error);
    }
  }
}

/** The one object in a text; undefined when there is none. Throws `RenderFailed`. */
export function readObject(path: string, text: string): KubeObject | undefined {
  const documents = parseAllDocuments(text);
  const objects = [...documents].filter((document) => document.contents !== null);
  const error = objects.find((document) => document.errors.length > 0)?.errors[0];
  if (error) throw new AutopilotError('RenderFailed', `assets/${path}: the output is not YAML: ${error.message}`);
  if (objects.length === 0) return undefined;
  if (objects.length > 1)
    throw new AutopilotError('RenderFailed', `assets/${path}: the output holds ${objects.length} objects; one is taken`);
  const value: unknown = objects[0]?.toJS({ maxAliasCount: 1000 });
  if (value === null) return undefined;
  if (tooDeep(value, maximumDepth))
    throw new AutopilotError('RenderFailed', `assets/${path}: the output is nested deeper than ${maximumDepth} levels`);
  const object = toJson(value);
  if (!isKubeObject(object)) throw new AutopilotError('RenderFailed', `assets/${path}: the output has no apiVersion, kind and metadata`);
  if (!object.metadata.name) throw new AutopilotError('RenderFailed', `assets/${path}: the output has no metadata.name`);
  return object;
}

function tooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((member) => tooDeep(member, left - 1));
}

function failed(path: string, cause: unknown): AutopilotError {
  const message = cause instanceof TemplateError ? cause.message.replace(/^template: /, 'assets/') : `assets/${path}: ${messageOf(cause)}`;
  return new AutopilotError('RenderFailed', message, { cause, hint: 'caretaker autopilot render shows what an asset becomes' });
}
