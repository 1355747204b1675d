import { UserError } from '../errors.ts';

/** Says what went wrong and what to do next; returns the exit status. A stack is shown only for what nobody foresaw. */
export function reportFailure(error: unknown, say: (line: string) => void): number {
  if (error instanceof UserError) {
    say(`error: ${error.message}`);
    say(`  next: ${error.hint}`);
    return error.exitCode;
  }
  if (error instanceof Error && 'code' in error && 'hint' in error && typeof error.hint === 'string') {
    say(`error: ${error.message}`);
    say(`  next: ${error.hint}`);
    return 1;
  }
  say(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  say('  this is a bug; please report it with the lines above');
  return 1;
}
