// Proto3 JSON, both ways: absent fields are their defaults, 64-bit numbers are text, bytes are base64.
// 64-bit numbers become plain ones: what we count (milliseconds, bytes, fences) stays far below 2^53.

export interface Field<T> {
  decode(json: unknown): T;
  encode(value: T): unknown;
}

export type Schema<M> = { [K in keyof M]-?: Field<M[K]> };

export interface Method<Q, R> {
  service: string;
  name: string;
  input: Schema<Q>;
  output: Schema<R>;
}

export function method<Q, R>(service: string, name: string, input: Schema<Q>, output: Schema<R>): Method<Q, R> {
  return { service, name, input, output };
}

const plain = <T>(zero: T): Field<T> => ({
  decode: (json) => (typeof json === typeof zero ? (json as T) : zero),
  encode: (value) => value,
});

export const str = plain("");
export const bool = plain(false);
export const num: Field<number> = { decode: (json) => Number(json ?? 0) || 0, encode: (value) => value };
export const int64: Field<number> = { decode: (json) => Number(json ?? 0) || 0, encode: (value) => String(value) };
export const bytes: Field<Uint8Array> = { decode: (json) => fromBase64(String(json ?? "")), encode: toBase64 };
export const map: Field<Record<string, string>> = {
  decode: (json) => (json && typeof json === "object" ? { ...(json as Record<string, string>) } : {}),
  encode: (value) => value,
};

/** An enum by name; a name that this version does not know reads as the first one. */
export function oneOf<T extends string>(zero: T): Field<T> {
  return { decode: (json) => (typeof json === "string" ? (json as T) : zero), encode: (value) => value };
}

export function list<T>(of: Field<T>): Field<NonNullable<T>[]> {
  return {
    decode: (json) => (Array.isArray(json) ? json.map((it) => of.decode(it)).filter((it) => it !== undefined && it !== null) : []),
    encode: (value) => value.map((it) => of.encode(it)),
  };
}

export function message<M>(schema: () => Schema<M>): Field<M | undefined> {
  return {
    decode: (json) => (json && typeof json === "object" ? decode(schema(), json) : undefined),
    encode: (value) => (value === undefined ? undefined : encode(schema(), value)),
  };
}

export function decode<M>(schema: Schema<M>, json: unknown): M {
  const from = (json ?? {}) as Record<string, unknown>;
  const out = {} as M;
  for (const key in schema) out[key] = schema[key].decode(from[key]);
  return out;
}

export function encode<M>(schema: Schema<M>, value: Partial<M>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key in schema) {
    const held = value[key];
    if (held !== undefined) out[key] = schema[key].encode(held as M[typeof key]);
  }
  return out;
}

export function fromBase64(text: string): Uint8Array {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

/** In pieces, because a call takes only so many arguments. */
export function toBase64(value: Uint8Array): string {
  const PIECE = 0x8000;
  let raw = "";
  for (let at = 0; at < value.length; at += PIECE) raw += String.fromCharCode(...value.subarray(at, at + PIECE));
  return btoa(raw);
}
