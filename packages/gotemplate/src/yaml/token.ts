/** Tokens of YAML 1.1 in libyaml's terms. */
export type YamlTokenType =
  | 'streamEnd'
  | 'versionDirective'
  | 'tagDirective'
  | 'documentStart'
  | 'documentEnd'
  | 'blockSequenceStart'
  | 'blockMappingStart'
  | 'blockEnd'
  | 'flowSequenceStart'
  | 'flowSequenceEnd'
  | 'flowMappingStart'
  | 'flowMappingEnd'
  | 'blockEntry'
  | 'flowEntry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** One token. `text` is a scalar's value, an anchor's name or a tag's handle. */
export interface YamlToken {
  readonly type: YamlTokenType;
  readonly text: string;
  /** Of a tag: what follows the handle; of a tag directive: the prefix. */
  readonly suffix: string;
  /** Of a scalar: written without quotes or block indicator. */
  readonly plain: boolean;
}

export function token(type: YamlTokenType, text = '', suffix = '', plain = false): YamlToken {
  return { type, text, suffix, plain };
}
