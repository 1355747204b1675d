/** Any value that JSON can hold. Objects from the API server stay in this form, so nothing a server sends is ever lost. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. `undefined` members do not exist in JSON, so they do not exist here. */
export interface JsonObject {
  [key: string]: JsonValue;
}
