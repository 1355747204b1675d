import type { JsonValue } from '@caretaker/kube';
import type { ListType, TypeSchema } from './contract.ts';

const NO_PROPERTIES: ReadonlyMap<string, TypeSchema> = new Map();

/** What a node is made from; absent members take the neutral value. */
export interface SchemaNodeInit {
  kind: TypeSchema['kind'];
  /** Resolved on first use, since built-in types may be recursive. */
  properties?: () => ReadonlyMap<string, TypeSchema>;
  element?: () => TypeSchema;
  listType?: ListType;
  listMapKeys?: readonly string[];
  atomic?: boolean;
  preserveUnknown?: boolean;
  nullable?: boolean;
  default?: JsonValue;
  patchMergeKey?: string;
  patchStrategies?: readonly string[];
  embeddedResource?: boolean;
  intOrString?: boolean;
  typeName?: string;
}

/** The one implementation of TypeSchema. Immutable once made; lazy members are resolved once. */
export class SchemaNode implements TypeSchema {
  readonly kind: TypeSchema['kind'];
  readonly listType: ListType;
  readonly listMapKeys: readonly string[];
  readonly atomic: boolean;
  readonly preserveUnknown: boolean;
  readonly nullable: boolean;
  readonly default: JsonValue | undefined;
  readonly patchMergeKey: string | undefined;
  readonly patchStrategies: readonly string[];
  readonly embeddedResource: boolean;
  readonly intOrString: boolean;
  readonly typeName: string;
  #properties: ReadonlyMap<string, TypeSchema> | undefined;
  readonly #makeProperties: (() => ReadonlyMap<string, TypeSchema>) | undefined;
  #element: TypeSchema | undefined;
  readonly #makeElement: (() => TypeSchema) | undefined;

  constructor(init: SchemaNodeInit) {
    this.kind = init.kind;
    this.listType = init.listType ?? 'atomic';
    this.listMapKeys = init.listMapKeys ?? [];
    this.atomic = init.atomic ?? false;
    this.preserveUnknown = init.preserveUnknown ?? false;
    this.nullable = init.nullable ?? false;
    this.default = init.default;
    this.patchMergeKey = init.patchMergeKey;
    this.patchStrategies = init.patchStrategies ?? [];
    this.embeddedResource = init.embeddedResource ?? false;
    this.intOrString = init.intOrString ?? false;
    this.typeName = init.typeName ?? '';
    this.#makeProperties = init.properties;
    this.#makeElement = init.element;
  }

  get properties(): ReadonlyMap<string, TypeSchema> {
    this.#properties ??= this.#makeProperties?.() ?? NO_PROPERTIES;
    return this.#properties;
  }

  get element(): TypeSchema | undefined {
    this.#element ??= this.#makeElement?.();
    return this.#element;
  }
}

/** Any value; maps inside merge by key, lists are atomic (structured-merge-diff's deduced type). */
export const DEDUCED: TypeSchema = new SchemaNode({ kind: 'any', element: () => DEDUCED });

/** Any value, owned as one. */
export const UNTYPED: TypeSchema = new SchemaNode({ kind: 'any', atomic: true, element: () => UNTYPED });

/** A scalar of any type: quantities, times, int-or-string. */
export const ANY_SCALAR: TypeSchema = new SchemaNode({ kind: 'any', intOrString: true });
