import { styleText } from 'node:util';

/** Where a command speaks: results to `out`, progress and advice to `err`. */
export interface Console {
  /** One line of the result, for programs and pipes. */
  out(line: string): void;
  /** One line for the person. */
  say(line: string): void;
  /** A line that replaces the one before on a terminal; on a pipe only the last of each second is written. */
  progress(line: string): void;
  /** Ends a progress line. */
  done(): void;
  bold(text: string): string;
  dim(text: string): string;
}

export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
}

/** `monotonic` in milliseconds; passed in, so that tests do not wait. Colours follow NO_COLOR and whether stderr is a terminal. */
export function createConsole(out: Stream, err: Stream, monotonic: () => number, env: NodeJS.ProcessEnv): Console {
  const colours = err.isTTY === true && !env['NO_COLOR'];
  const style = (format: 'bold' | 'dim', text: string): string => (colours ? styleText(format, text, { validateStream: false }) : text);
  let open = false;
  let last = Number.NEGATIVE_INFINITY;
  let held: string | undefined;
  const close = (): void => {
    if (open) err.write('\n');
    open = false;
    if (held !== undefined) err.write(`${held}\n`);
    held = undefined;
  };
  return {
    out: (line) => {
      close();
      out.write(`${line}\n`);
    },
    say: (line) => {
      close();
      err.write(`${line}\n`);
    },
    progress: (line) => {
      if (err.isTTY === true) {
        err.write(`\r\u001b[2K${line}`);
        open = true;
      } else if (monotonic() - last >= 1000) {
        last = monotonic();
        held = undefined;
        err.write(`${line}\n`);
      } else held = line;
    },
    done: close,
    bold: (text) => style('bold', text),
    dim: (text) => style('dim', text),
  };
}
