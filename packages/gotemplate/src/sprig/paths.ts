import { def, P } from '../value/define.ts';
import type { FunctionMap, GoFunction } from '../value/function.ts';

/** path.Clean. */
export function clean(path: string): string {
  const rooted = path.startsWith('/');
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') out.push(part);
    else if (out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (!rooted) out.push('..');
  }
  return (rooted ? '/' : '') + out.join('/') || '.';
}

/** path.Base. */
export function base(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/** path.Dir. */
export function dir(path: string): string {
  return clean(path.slice(0, path.lastIndexOf('/') + 1));
}

/** path.Ext: from the last dot of the last element. */
export function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function unary(f: (path: string) => string | boolean): GoFunction {
  return def([P.string], (path) => f(path));
}

/** Sprig's path functions. The os… ones are those of a Unix system. */
export const pathFunctions: FunctionMap = {
  base: unary(base),
  dir: unary(dir),
  clean: unary(clean),
  ext: unary(ext),
  isAbs: unary((p) => p.startsWith('/')),
  osBase: unary(base),
  osDir: unary(dir),
  osClean: unary(clean),
  osExt: unary(ext),
  osIsAbs: unary((p) => p.startsWith('/')),
};
