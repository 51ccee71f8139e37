// Reads the part of a FileDescriptorSet that types need: packages, messages, fields, enums, unary methods.

/** Fields of one wire message as [number, value]: bytes for length-delimited ones, else a number. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    if (kind === 0) yield [key >>> 3, varint()];
    else if (kind === 2) {
      const end = varint() + at;
      yield [key >>> 3, bytes.subarray(at, end)];
      at = end;
    } else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else throw new Error(`wire type ${kind} in a descriptor`);
  }
}

const text = (bytes) => new TextDecoder().decode(bytes);
const all = (bytes, number) => [...fields(bytes)].filter(([at]) => at === number).map(([, value]) => value);
const one = (bytes, number) => all(bytes, number).at(-1);
const name = (bytes, number = 1) => text(one(bytes, number) ?? new Uint8Array());

function field(bytes) {
  return {
    name: name(bytes),
    repeated: one(bytes, 4) === 3,
    type: one(bytes, 5),
    typeName: name(bytes, 6),
    json: name(bytes, 10),
  };
}

function message(bytes) {
  return {
    name: name(bytes),
    fields: all(bytes, 2).map(field),
    // The only nested messages are the entries of maps.
    maps: all(bytes, 3).map(message),
  };
}

function service(bytes) {
  const methods = all(bytes, 2).map((method) => ({
    name: name(method),
    input: name(method, 2),
    output: name(method, 3),
    streams: Boolean(one(method, 5) || one(method, 6)),
  }));
  return { name: name(bytes), methods };
}

/** Every file of a FileDescriptorSet. */
export function readDescriptors(bytes) {
  return all(bytes, 1).map((file) => ({
    package: name(file, 2),
    messages: all(file, 4).map(message),
    enums: all(file, 5).map((it) => ({ name: name(it), values: all(it, 2).map((value) => name(value)) })),
    services: all(file, 6).map(service),
  }));
}
