import { createHash } from 'node:crypto';
import type { JsonObject, KubeObject } from '@caretaker/kube';
import type { TypeInfo } from '../schema/contract.ts';
import type { ResourceCatalog } from '../server/resource-catalog.ts';
import type { Store } from '../storage/store.ts';
import { customSchemaNames, customSchemas } from './custom-schema.ts';
import { type KindSchemas, pathsOf } from './operations.ts';
import { closure, references, SCHEMA_REF, schemaName } from './schemas.ts';

/** One document of a group and version, as text. */
export interface OpenApiDocument {
  readonly text: string;
  readonly hash: string;
}

const UNTYPED = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';

/** OpenAPI documents of what the cluster serves, made when somebody asks. */
export class OpenApi {
  readonly #catalog: ResourceCatalog;
  readonly #store: Store;
  readonly #documents = new Map<string, { key: string; document: OpenApiDocument }>();

  constructor(catalog: ResourceCatalog, store: Store) {
    this.#catalog = catalog;
    this.#store = store;
  }

  /** `api/v1`, `apis/apps/v1` … of everything that is served. */
  paths(): string[] {
    return [...new Set(this.#catalog.all().map(documentPath))].sort();
  }

  /** A short text that changes when the document does, without making it. */
  fingerprint(path: string): string {
    const types = this.#typesOf(path);
    const parts = types.map((type) => `${type.plural} ${this.#definitionOf(type)?.metadata.resourceVersion ?? ''}`);
    return createHash('sha256')
      .update(`${path}\n${parts.join('\n')}`)
      .digest('hex')
      .toUpperCase();
  }

  /** undefined when nothing is served there. */
  document(path: string): OpenApiDocument | undefined {
    const types = this.#typesOf(path);
    if (types.length === 0) return undefined;
    const key = this.fingerprint(path);
    const known = this.#documents.get(path);
    if (known?.key === key) return known.document;
    const text = JSON.stringify(this.#build(types));
    const document = { text, hash: key };
    this.#documents.set(path, { key, document });
    return document;
  }

  /** Swagger 2.0, for clients that know nothing newer. */
  swagger(): JsonObject {
    const { components } = this.#build(this.#catalog.all());
    const text = JSON.stringify(components.schemas)
      .replaceAll(SCHEMA_REF, '#/definitions/')
      .replace(/"allOf":\[\{"\$ref":("[^"]*")\}\]/g, '"$ref":$1');
    return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.36.3' }, paths: {}, definitions: JSON.parse(text) as JsonObject };
  }

  #build(types: readonly TypeInfo[]) {
    const own: Record<string, JsonObject> = {};
    const paths: Record<string, JsonObject> = {};
    const roots = new Set<string>();
    for (const type of types) {
      const definition = this.#definitionOf(type);
      if (definition !== undefined) Object.assign(own, customSchemas(type, definition));
      const schemas = schemasOf(type);
      roots.add(schemas.object).add(schemas.list);
      Object.assign(paths, pathsOf(type, schemas));
    }
    for (const name of references(paths)) roots.add(name);
    return {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: 'v1.36.3' },
      paths,
      components: {
        schemas: closure(roots, own),
        securitySchemes: {
          BearerToken: { description: 'Bearer Token authentication', in: 'header', name: 'authorization', type: 'apiKey' },
        },
      },
    };
  }

  #typesOf(path: string): TypeInfo[] {
    return this.#catalog.all().filter((type) => documentPath(type) === path);
  }

  #definitionOf(type: TypeInfo): KubeObject | undefined {
    return type.builtin
      ? undefined
      : this.#store.table('apiextensions.k8s.io/customresourcedefinitions').get('', `${type.plural}.${type.group}`);
  }
}

function documentPath(type: TypeInfo): string {
  return type.group === '' ? `api/${type.version}` : `apis/${type.group}/${type.version}`;
}

function schemasOf(type: TypeInfo): KindSchemas {
  if (!type.builtin) return customSchemaNames(type);
  const object = schemaName(type.group, type.version, type.kind) ?? UNTYPED;
  return { object, list: schemaName(type.group, type.version, type.listKind) ?? object };
}
