/** One step of a parsed JSONPath or JSON pointer. */
export type Segment =
  | { type: 'name'; name: string }
  /** Negative counts from the end. */
  | { type: 'index'; index: number }
  /** Digits in a JSON pointer: an index in a list, a name in a map. */
  | { type: 'token'; token: string }
  | { type: 'wildcard' }
  /** `..`: this value and everything below it. */
  | { type: 'descend' }
  /** `[?(@.a.b == "c")]`; without a value: the path exists. */
  | { type: 'filter'; path: readonly string[]; operator: '==' | '!=' | 'exists'; value?: unknown };

/** Where a match is: member names and list indices from the top. */
export type Location = readonly (string | number)[];

export interface Match {
  location: Location;
  value: unknown;
}
