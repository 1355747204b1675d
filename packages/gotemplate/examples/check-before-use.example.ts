// What a template can read, before there is data: the operators compare it with the columns that exist.
import { compile, ParseError } from '../src/index.ts';
import { tenant } from '../src/sets/tenant.ts';

const columns = new Set(['uid', 'plan', 'host']);

function problems(source: string): string[] {
  try {
    return compile(source, { name: 'nameTemplate', functions: tenant })
      .variables()
      .filter((v) => !columns.has(v))
      .map((v) => `no column feeds {{ .${v} }}`);
  } catch (cause) {
    if (cause instanceof ParseError) return [cause.message];
    throw cause;
  }
}

export const output = [
  ...problems('{{ .uid }}-{{ .plan }}'),
  ...problems('{{ range until 2 }}{{ $.region }}{{ end }}'),
  ...problems('{{ .uid'),
].join('\n');

export const expected = 'no column feeds {{ .region }}\ntemplate: nameTemplate:1: unclosed action';
