import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject, JsonValue } from '@caretaker/kube';

/** A recorded conversation; test/scenarios/README.md describes the format. */
export interface Scenario {
  area: string;
  name: string;
  about?: string;
  steps: Step[];
  managedFields?: boolean;
  managedFieldsOrder?: boolean;
  anyOrder?: boolean;
  namespace?: boolean;
  needs?: string;
  webhooks?: Record<string, WebhookHandler>;
}

export interface WebhookHandler {
  response?: JsonObject;
  patch?: JsonValue[];
  delayMs?: number;
  status?: number;
  raw?: string;
}

export interface ScenarioRequest {
  id?: string;
  method: string;
  path: string;
  query?: string | Record<string, string | string[]>;
  headers?: Record<string, string | null>;
  body?: JsonValue;
  rawBody?: string;
  bodyBase64?: string;
  auth?: string;
}

export interface Step {
  request?: ScenarioRequest;
  watch?: ScenarioRequest;
  collect?: { id: string; count?: number; until?: 'bookmark' | 'initialEnd' | 'end'; close?: boolean; bookmarks?: boolean };
  webhookCalls?: string;
  sleepMs?: number;
  capture?: Record<string, string>;
  until?: { status?: number; path?: string; equals?: JsonValue; exists?: boolean; matches?: string };
  same?: Record<string, string>;
  pick?: string[];
  drop?: string[];
  sort?: string[];
  anyOrder?: boolean;
  managedFields?: boolean;
  statusOnly?: boolean;
  uncompared?: boolean;
  note?: string;
  expect?: JsonValue;
}

const FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** All scenarios, in order of area and name. */
export function loadScenarios(): Scenario[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((area) =>
      readdirSync(join(FOLDER, area))
        .sort()
        .map((file) => JSON.parse(readFileSync(join(FOLDER, area, file), 'utf8')) as Scenario),
    );
}
