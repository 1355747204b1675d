/** Throws, or rejects, when what it looks at is not well. */
export type Check = () => void | Promise<void>;

export interface CheckReport {
  healthy: boolean;
  /** One line per check, in the form that kube components use: `[+]name ok`. */
  text: string;
}

/** Runs all checks. A check's message goes into the report. */
export async function runChecks(checks: ReadonlyMap<string, Check>): Promise<CheckReport> {
  const results = await Promise.all(
    [...checks].map(async ([name, check]) => {
      try {
        await check();
        return { well: true, line: `[+]${name} ok` };
      } catch (thrown) {
        return { well: false, line: `[-]${name} failed: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
      }
    }),
  );
  return { healthy: results.every(({ well }) => well), text: `${results.map(({ line }) => line).join('\n')}\n` };
}
