import { DatabaseSync } from 'node:sqlite';

export interface Customer {
  id: string;
  name: string;
  url: string;
  active: 0 | 1;
  plan: string;
  region: string;
  replicas: number;
  settings: string;
}

const names = [
  'Acme',
  'O\u2019Brien & "Sons"',
  "Bobby'); DROP TABLE customers;--",
  'Café Zürich',
  '株式会社サクラ',
  'Rocket 🚀 GmbH',
  'Łódź Motors',
  '{{ .uid }} Ltd',
  'Ünïcödé Labs',
  'Back\\slash Inc',
];
const stems = ['acme', 'obrien', 'bobby', 'cafe', 'sakura', 'rocket', 'lodz', 'mustache', 'labs', 'slash'];
const plans = ['free', 'pro', 'enterprise'];
const regions = ['eu-west', 'us-east', 'ap-south'];

/** `active` customers that become tenants, and a few that are switched off. Always the same ones: what the docs print can be typed. */
export function sampleCustomers(active: number): Customer[] {
  const inactive = Math.min(5, Math.max(2, Math.ceil(active / 10)));
  return Array.from({ length: active + inactive }, (_, index) => {
    const round = Math.floor(index / stems.length);
    const id = `${stems[index % stems.length]}${round === 0 ? '' : `-${round}`}`;
    return {
      id,
      name: names[index % names.length] ?? id,
      url: `https://${id}.example.com/app`,
      active: index < active ? 1 : 0,
      plan: plans[index % plans.length] ?? 'free',
      region: regions[index % regions.length] ?? 'eu-west',
      replicas: 1 + (index % 3 === 2 ? 1 : 0),
      settings: JSON.stringify({
        theme: index % 2 === 0 ? 'dark' : 'light',
        greeting: `Hello, ${names[index % names.length]}!`,
        limits: { seats: 5 * (index + 1) },
      }),
    };
  });
}

/** Writes a new database. WAL, so that the operator reads while the person writes. */
export function createCustomerDatabase(path: string, customers: readonly Customer[]): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`CREATE TABLE customers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, active INTEGER NOT NULL, plan TEXT, region TEXT, replicas INTEGER, settings TEXT)`);
  const insert = database.prepare('INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  database.exec('BEGIN');
  for (const c of customers) insert.run(c.id, c.name, c.url, c.active, c.plan, c.region, c.replicas, c.settings);
  database.exec('COMMIT');
  database.close();
}

/** How many rows of a database are to be tenants. */
export function activeCustomers(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS active FROM customers WHERE active = 1').get()?.['active']);
  } finally {
    database.close();
  }
}
