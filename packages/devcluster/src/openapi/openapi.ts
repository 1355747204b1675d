import { createHash } from 'node:crypto';
import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { CelType } from '../cel/types.ts';
import type { TypeInfo } from '../schema/contract.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import type { Store } from '../storage/store.ts';
import { openApiType } from './cel-types.ts';
import { customSchemas } from './custom-schema.ts';
import { builtinDocuments, builtinPaths, customPaths } from './paths.ts';
import { builtinSchemas, closure, references } from './schemas.ts';
import { swaggerDefinitions } from './swagger.ts';
import { encodeSwagger } from './swagger-protobuf.ts';

/** One document of a group and version, as text. */
export interface OpenApiDocument {
  readonly text: string;
  readonly hash: string;
}

export interface Swagger {
  readonly body: string | Uint8Array;
  readonly hash: string;
}

const BUILTIN = { title: 'Kubernetes', version: '1.36' };
const CUSTOM = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };
const BEARER = { BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' } };

/** OpenAPI documents of what the cluster serves, made when somebody asks. */
export class OpenApi {
  readonly #catalog: ResourceCatalog;
  readonly #store: Store;
  readonly #documents = new Map<string, OpenApiDocument>();
  readonly #swaggers = new Map<'json' | 'protobuf', Swagger>();

  constructor(catalog: ResourceCatalog, store: Store) {
    this.#catalog = catalog;
    this.#store = store;
  }

  /** `api/v1`, `apis/apps/v1` … of everything that is served. */
  paths(): string[] {
    const custom = this.#catalog.all().flatMap((type) => (type.builtin ? [] : [documentPath(type)]));
    return [...new Set([...builtinDocuments(), ...custom])].sort();
  }

  /** A short text that changes when the document does, without making it. */
  fingerprint(path: string): string {
    const types = this.#typesOf(path);
    const parts = types.map((type) => `${type.plural} ${this.#definitionOf(type)?.metadata.resourceVersion ?? ''}`);
    return createHash('sha512')
      .update(`${path}\n${parts.join('\n')}`)
      .digest('hex')
      .toUpperCase();
  }

  /** undefined when nothing is served there. */
  document(path: string): OpenApiDocument | undefined {
    const hash = this.fingerprint(path);
    const known = this.#documents.get(path);
    if (known?.hash === hash) return known;
    const text = builtinDocument(path) ?? this.#customDocument(path);
    if (text === undefined) return undefined;
    const document = { text, hash };
    this.#documents.set(path, document);
    return document;
  }

  /** The type of a kind's objects as expressions of policies see them; undefined when its schema is not published. */
  celType(type: TypeInfo): CelType | undefined {
    const own = type.builtin ? builtinSchemas() : { ...builtinSchemas(), ...this.#schemasOf(type) };
    const root = Object.values(own).find((schema) => isOfKind(schema, type));
    return root === undefined ? undefined : openApiType(own, root, `${type.kind}${type.version}`);
  }

  /** Swagger 2.0, for clients that know nothing newer: kinds without paths. */
  swagger(format: 'json' | 'protobuf'): Swagger {
    const parts = this.paths().map((path) => this.fingerprint(path));
    const hash = createHash('sha512').update(parts.join('\n')).digest('hex').toUpperCase();
    const known = this.#swaggers.get(format);
    if (known?.hash === hash) return known;
    const own: Record<string, JsonObject> = { ...builtinSchemas() };
    for (const type of this.#catalog.all()) if (!type.builtin) Object.assign(own, this.#schemasOf(type));
    const definitions = swaggerDefinitions(own);
    const document = {
      swagger: '2.0',
      info: BUILTIN,
      paths: {},
      definitions,
      securityDefinitions: BEARER,
      security: [{ BearerToken: [] }],
    };
    const swagger = { body: format === 'json' ? `${JSON.stringify(document)}\n` : encodeSwagger(BUILTIN, definitions), hash };
    this.#swaggers.set(format, swagger);
    return swagger;
  }

  #customDocument(path: string): string | undefined {
    const types = this.#typesOf(path);
    if (types.length === 0) return undefined;
    const own: Record<string, JsonObject> = {};
    const paths: Record<string, unknown> = {};
    for (const type of types) {
      Object.assign(own, this.#schemasOf(type));
      Object.assign(paths, customPaths(type));
    }
    const text = JSON.stringify(paths);
    return JSON.stringify({ openapi: '3.0.0', info: CUSTOM, paths, components: { schemas: closure(references(text), own) } });
  }

  #schemasOf(type: TypeInfo): Record<string, JsonObject> {
    const definition = this.#definitionOf(type);
    return definition === undefined ? {} : customSchemas(type, definition);
  }

  #typesOf(path: string): TypeInfo[] {
    return this.#catalog.all().filter((type) => !type.builtin && documentPath(type) === path);
  }

  #definitionOf(type: TypeInfo): KubeObject | undefined {
    return this.#store.table('apiextensions.k8s.io/customresourcedefinitions').get('', `${type.plural}.${type.group}`);
  }
}

function isOfKind(schema: JsonObject, { group, version, kind }: TypeInfo): boolean {
  const kinds = schema['x-kubernetes-group-version-kind'];
  if (!Array.isArray(kinds) || kinds.length !== 1) return false;
  const [only] = kinds;
  return JSON.stringify(only, ['group', 'version', 'kind']) === JSON.stringify({ group, version, kind });
}

/** The document of what is built in, put together as text: the paths of a group are long. */
function builtinDocument(path: string): string | undefined {
  const paths = builtinPaths(path);
  if (paths === undefined) return undefined;
  const schemas = ofGroup(path, closure(references(paths), {}));
  const components = { ...(Object.keys(schemas).length === 0 ? {} : { schemas }), securitySchemes: BEARER };
  return `{"openapi":"3.0.0","info":${JSON.stringify(BUILTIN)},"paths":${paths},"components":${JSON.stringify(components)}}`;
}

const SHARED = ['DeleteOptions', 'WatchEvent'];

/** Options and events belong to every group: a document names the core and its own. */
function ofGroup(path: string, schemas: Record<string, JsonObject>): Record<string, JsonObject> {
  const [, group, version] = /^apis\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  const shared = SHARED.flatMap((kind): [string, JsonObject][] => {
    const name = `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`;
    const core = { group: '', kind, version: 'v1' };
    const own = group === undefined || version === undefined ? [core] : [core, { group, kind, version }];
    return schemas[name] === undefined ? [] : [[name, { ...schemas[name], 'x-kubernetes-group-version-kind': own }]];
  });
  return { ...schemas, ...Object.fromEntries(shared) };
}

function documentPath(type: TypeInfo): string {
  return type.group === '' ? `api/${type.version}` : `apis/${type.group}/${type.version}`;
}
