/**
 * What type knowledge gives to the request pipeline: everything a request needs to know about a kind, as data and pure functions.
 *
 * The order in which a write uses it (the order of the real server):
 *
 *     create  decode -> applyDefaults -> managedFields.update -> (admission) -> prepareForCreate -> [system metadata] -> validate -> [allocate] -> [store]
 *     update  decode -> applyDefaults -> managedFields.update -> managedFields.settle -> (admission) -> prepareForUpdate -> validate -> [store unless equal]
 *     patch   applyPatch -> then as update
 *     apply   [YAML] -> managedFields.apply (decodes and defaults) -> then as create or update, without managedFields.update
 *
 * Steps in [] belong to the server core. Objects given as `live` are never changed; objects given as `next` belong to the callee.
 */
import type { JsonObject, JsonValue, KubeObject } from '@caretaker/kube';

/** One kind of one version, as it is served. */
export interface TypeInfo {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** By name: status, scale, token, eviction, finalize … */
  readonly subresources: ReadonlyMap<string, SubresourceInfo>;
  /** False for kinds that a CustomResourceDefinition made. */
  readonly builtin: boolean;
  /** True for kinds that are not stored: reviews, Binding, TokenRequest. */
  readonly virtual: boolean;
  readonly schema: TypeSchema;
  /** Name of the struct in the generated type table (fields, protobuf numbers); built-in kinds only. */
  readonly goType?: string;
  /** What a definition made of its version; custom kinds only. */
  readonly custom?: CustomKind;
  /** Who converts between the versions of a custom kind, where that is more than another name. */
  readonly conversion?: ConversionWebhook;
  readonly strategy: Strategy;
  /** Paths of the scale subresource (JSON paths as in a definition), when there is one. */
  readonly scale?: ScalePaths;
  /** Printer columns of a definition; built-in kinds have their tables elsewhere. */
  readonly printerColumns?: readonly PrinterColumn[];
  /** JSON paths that field selectors of a custom resource may use besides metadata.name and metadata.namespace. */
  readonly selectableFields?: readonly string[];
  /** Warning header of every request for a deprecated version. */
  readonly deprecationWarning?: string;
}

/** What a definition says of its conversion webhook. */
export interface ConversionWebhook {
  /** With `clientConfig`, as in the definition. */
  readonly webhook: JsonObject;
  readonly reviewVersions: readonly string[];
}

export interface SubresourceInfo {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly selector?: string;
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** What the registry of a kind allows. */
export interface Strategy {
  /** metadata.generation is counted. */
  readonly countsGeneration: boolean;
  /** A PUT to a name that does not exist creates it, and a PUT or an apply to its status. An apply to the object itself may always create. */
  readonly allowCreateOnUpdate: boolean;
  /** A PUT without resourceVersion is allowed. */
  readonly allowUnconditionalUpdate: boolean;
  /** Deletion with a grace period (pods). */
  readonly gracefulDelete: boolean;
  /** A propagation policy counts. */
  readonly collectsDependents: boolean;
  /** What DELETE without a propagation policy does: 'orphan' for Jobs and ReplicationControllers. */
  readonly defaultPropagation: 'background' | 'orphan';
  /** By subresource ('' = the object): paths that a request to this endpoint cannot change, and so nobody comes to own by it. */
  readonly resetFields: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** Behaviour of a custom kind at one version, compiled from its definition. Members are called through TypeOperations. */
export interface CustomKind {
  /** Paths of fields that the schema does not know, in order of the document; removes them from `object` (in place). */
  prune(object: JsonObject): string[];
  /** In place. */
  applyDefaults(object: JsonObject): void;
  /** The same object when no default is missing, else a copy with them: stored objects are shown with the defaults of the present schema. */
  withDefaults(object: JsonObject): JsonObject;
  /** Appends to `warnings` what was wrong before and stays so. */
  validate(next: JsonObject, live: JsonObject | undefined, subresource: string, warnings: string[]): FieldError[];
  readonly hasStatus: boolean;
}

/** How lists of a type merge. */
export type ListType = 'atomic' | 'set' | 'map';

/**
 * One normal form of a schema for built-in kinds and structural schemas of definitions. `kind` says how a value is read:
 * struct = known properties; map = any keys, one value type; list; the scalars; any = kept as it is.
 */
export interface TypeSchema {
  readonly kind: 'struct' | 'map' | 'list' | 'string' | 'integer' | 'number' | 'boolean' | 'any';
  /** Properties of a struct, in order of declaration. A getter: built-in types may be recursive. */
  readonly properties: ReadonlyMap<string, TypeSchema>;
  /** Value type of a map, element type of a list. */
  readonly element: TypeSchema | undefined;
  readonly listType: ListType;
  readonly listMapKeys: readonly string[];
  /** The map or struct is owned and replaced as one. */
  readonly atomic: boolean;
  /** Unknown properties of a struct are kept. */
  readonly preserveUnknown: boolean;
  readonly nullable: boolean;
  /** Schema default: used for list-map keys when applying, and for defaulting of custom resources. */
  readonly default: JsonValue | undefined;
  readonly patchMergeKey: string | undefined;
  readonly patchStrategies: readonly string[];
  /** The value is an object with its own apiVersion, kind and metadata. */
  readonly embeddedResource: boolean;
  readonly intOrString: boolean;
  /** Name of the Go struct, for texts; '' when there is none. */
  readonly typeName: string;
}

/** One cause of a 422. `message` begins with the words of the reason: `Invalid value: -1: must be …`. */
export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
    | 'InternalError';
  /** `spec.ports[0].port` */
  readonly field: string;
  readonly message: string;
}

/** A refusal in the words of the server: what a Status holds besides kind and apiVersion. */
export interface StatusFault {
  readonly code: number;
  /** '' where the real server gives none (its plain 500s). */
  readonly reason: string;
  readonly message: string;
  readonly details?: JsonObject;
}

/** Thrown by every function here that refuses a request. */
export class RequestFault extends Error {
  readonly fault: StatusFault;
  constructor(fault: StatusFault) {
    super(fault.message);
    this.name = 'RequestFault';
    this.fault = fault;
  }
}

/** Result of reading an object of a request. */
export interface Decoded {
  /** A new object in the server's normal form (null, empty and unknown members gone, quantities and times canonical). */
  readonly object: KubeObject;
  /** `unknown field "spec.x"`, in order of the document: warnings, or a strict decoding error. */
  readonly strictErrors: readonly string[];
}

export type Operation = 'create' | 'update';

/** What strategies and validation may look at besides the objects. Times are RFC 3339 text. */
export interface WriteContext {
  readonly now: string;
  /** '' for the object itself, else `status`, `scale`, … */
  readonly subresource: string;
  /** True for requests of the server's own controllers as much as for users: nothing is skipped. Names the user for kinds that record it. */
  readonly user?: {
    readonly name: string;
    readonly uid?: string;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  /** Hears what is told to whoever writes. */
  readonly warn?: (text: string) => void;
}

export interface ValidateInput {
  readonly next: KubeObject;
  /** Absent on create. */
  readonly live?: KubeObject;
  readonly context: WriteContext;
}

export interface Validated {
  readonly errors: readonly FieldError[];
  /** Texts of Warning headers. */
  readonly warnings: readonly string[];
}

/** Everything that depends on a kind, behind one face for built-in and custom kinds. */
export interface TypeOperations {
  /** Throws RequestFault 400 (`X in version "v1" cannot be handled as a X: json: cannot unmarshal …`). */
  decode(type: TypeInfo, raw: JsonObject, numbers?: ReadonlyMap<string, string>): Decoded;
  /** In place. */
  applyDefaults(type: TypeInfo, object: KubeObject): void;
  /** In place: status dropped, generation set, fields of switched-off features dropped. */
  prepareForCreate(type: TypeInfo, next: KubeObject, context: WriteContext): void;
  /** In place: status (or all but status) taken from `live`, generation counted. */
  prepareForUpdate(type: TypeInfo, next: KubeObject, live: KubeObject, context: WriteContext): void;
  validate(type: TypeInfo, input: ValidateInput): Validated;
  /** In place: the form in which the object will come back from storage. */
  settle(type: TypeInfo, object: KubeObject): void;
  /** The object at another served version of the same kind, as a new object. */
  convert(from: TypeInfo, to: TypeInfo, object: KubeObject): KubeObject;
}

export type PatchType = 'json' | 'merge' | 'strategic';

/** Media types of patches, without the apply type. */
export const PATCH_MEDIA_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

export interface PatchOperations {
  /**
   * The patched document as raw JSON, to be decoded with decodePatched. `text` is the body as sent.
   * Throws RequestFault with the server's status: 400 bad JSON, 415 strategic on a custom kind, 422 a failed operation, 500 a bad directive.
   */
  applyPatch(type: TypeInfo, patchType: PatchType, live: KubeObject, text: string): JsonObject;
  /**
   * decode, with type errors and (in Strict mode) unknown fields as the 422 that patches get. `strict` true for fieldValidation=Strict. `patch` is the
   * patch that made `raw`: strategic patches are reported in other words.
   */
  decodePatched(
    type: TypeInfo,
    raw: JsonObject,
    strict: boolean,
    patch?: { readonly patchType: PatchType; readonly text: string },
  ): Decoded;
}

export interface ManagerInfo {
  /** Field manager; for updates without the parameter: the part of the user agent before `/`. */
  readonly manager: string;
  readonly subresource: string;
  /** RFC 3339, seconds. */
  readonly time: string;
  /** The served type of an apiVersion that a managedFields entry names; undefined when it is not served any more. */
  readonly typeOf: (apiVersion: string) => TypeInfo | undefined;
}

export interface ManagedFieldsOperations {
  /** Records who changed what. Returns `next` with its metadata.managedFields set; what the client sent there is honoured as the real server does. */
  update(type: TypeInfo, live: KubeObject | undefined, next: KubeObject, info: ManagerInfo): KubeObject;
  /** Merges an applied configuration. Throws RequestFault 409 with FieldManagerConflict causes, 400 or 500. */
  apply(type: TypeInfo, live: KubeObject | undefined, applied: JsonObject, info: ManagerInfo & { readonly force: boolean }): KubeObject;
  /** Before the no-op check: when nothing but managedFields times differs, the times of `live` are put back (in place). */
  settle(live: KubeObject, next: KubeObject): void;
  /** The managedFields that a Scale of `live` shows, and back: entries after a write to the Scale by `info`. */
  toScale(type: TypeInfo, live: KubeObject): JsonValue[] | undefined;
  fromScale(type: TypeInfo, live: KubeObject, scaleEntries: JsonValue[] | undefined, info: ManagerInfo): JsonValue[] | undefined;
}

/** A definition, compiled once per change. */
export interface CompiledDefinition {
  /** Served versions, in the order of discovery; empty when the definition cannot be served. */
  readonly types: readonly TypeInfo[];
  /** The version that objects are stored at. */
  readonly storage: TypeInfo;
}

export interface DefinitionOperations {
  /** The TypeInfo per served version. Throws when the definition is not valid (validate() accepted it before). */
  compile(definition: KubeObject): CompiledDefinition;
  /** status.conditions, acceptedNames and storedVersions after a write, given the other definitions of the group. Returns undefined when nothing changes. */
  status(definition: KubeObject, others: readonly KubeObject[], now: string): JsonObject | undefined;
}
