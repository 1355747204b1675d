/** Options of `caretaker dev`, as commander gives them. */
export interface DevOptions {
  port?: number;
  rows: number;
  once?: boolean;
  timeout: number;
  bare?: boolean;
  controllers?: string;
  readyDelay: number;
  autopilot?: boolean;
  persist?: boolean;
  dataDir?: string;
}
