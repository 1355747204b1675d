/** Reads a value that came from outside by a schema: checks it, fills in defaults and says where it is wrong. */

/** The part of a structural schema that reading needs. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  nullable?: boolean;
  default?: unknown;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** One thing that is wrong: `spec.source.port: must be at most 65535`. */
export interface Fault {
  path: string;
  message: string;
}

const patterns = new Map<string, RegExp>();
function matches(pattern: string, value: string): boolean {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    compiled = new RegExp(pattern, 'u');
    patterns.set(pattern, compiled);
  }
  return compiled.test(value);
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function readMap(schema: Schema, value: Record<string, unknown>, path: string, faults: Fault[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const { properties, additionalProperties } = schema;
  for (const [name, member] of Object.entries(value)) {
    const property = properties?.[name];
    if (property) continue;
    if (additionalProperties) out[name] = read(additionalProperties, member, `${path}[${JSON.stringify(name)}]`, faults);
    else if (schema['x-kubernetes-preserve-unknown-fields'] === true) out[name] = member;
  }
  for (const [name, property] of Object.entries(properties ?? {})) {
    let member = value[name];
    if ((member === undefined || (member === null && property.nullable !== true)) && property.default !== undefined)
      member = structuredClone(property.default);
    if (member === undefined || (member === null && property.nullable !== true)) {
      if (schema.required?.includes(name)) faults.push({ path: `${path}.${name}`, message: 'is required' });
      continue;
    }
    out[name] = read(property, member, `${path}.${name}`, faults);
  }
  return out;
}

function readText(schema: Schema, value: string, path: string, faults: Fault[]): string {
  if (schema.minLength !== undefined && value.length < schema.minLength) faults.push({ path, message: 'must not be empty' });
  if (schema.enum && !schema.enum.includes(value))
    faults.push({ path, message: `must be one of ${schema.enum.join(', ')}, not ${JSON.stringify(value)}` });
  if (schema.pattern !== undefined && !matches(schema.pattern, value))
    faults.push({ path, message: `must match ${schema.pattern}, not ${JSON.stringify(value)}` });
  return value;
}

function readNumber(schema: Schema, value: number, path: string, faults: Fault[]): number {
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) faults.push({ path, message: 'must be a whole number' });
  if (schema.minimum !== undefined && value < schema.minimum) faults.push({ path, message: `must be at least ${schema.minimum}` });
  if (schema.maximum !== undefined && value > schema.maximum) faults.push({ path, message: `must be at most ${schema.maximum}` });
  return value;
}

/** A copy of `value` with defaults filled in and undeclared members dropped; what is wrong is added to `faults`. */
export function read(schema: Schema, value: unknown, path: string, faults: Fault[]): unknown {
  if (value === null && schema.nullable === true) return null;
  const wrong = () => {
    faults.push({ path, message: `must be ${schema.type ?? 'a value'}, not ${typeOf(value)}` });
    return value;
  };
  switch (schema.type) {
    case 'object':
      return isMap(value) ? readMap(schema, value, path, faults) : wrong();
    case 'array':
      return Array.isArray(value) ? value.map((item, index) => read(schema.items ?? {}, item, `${path}[${index}]`, faults)) : wrong();
    case 'string':
      return typeof value === 'string' ? readText(schema, value, path, faults) : wrong();
    case 'integer':
    case 'number':
      return typeof value === 'number' ? readNumber(schema, value, path, faults) : wrong();
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong();
    default:
      return value;
  }
}
