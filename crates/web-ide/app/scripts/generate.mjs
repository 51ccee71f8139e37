// Writes TypeScript from descriptors: a type and a schema for each message, a path for each unary method.

const SCALARS = {
  1: ["number", "num"], 2: ["number", "num"], 3: ["number", "int64"], 4: ["number", "int64"], 5: ["number", "num"],
  8: ["boolean", "bool"], 9: ["string", "str"], 12: ["Uint8Array", "bytes"], 13: ["number", "num"], 17: ["number", "num"],
};
const MESSAGE = 11;
const ENUM = 14;

/** `.carrel.auth.v1.Token` as seen from a package: [module alias or "", name]. */
function local(typeName, from) {
  const parts = typeName.slice(1).split(".");
  const type = parts.pop();
  const pkg = parts.join(".");
  return pkg === from ? type : `${parts[1]}.${type}`;
}

function describe(field, message, pkg) {
  const map = field.type === MESSAGE && message.maps.find((it) => field.typeName.endsWith(`.${message.name}.${it.name}`));
  if (map) return { type: "Record<string, string>", schema: "w.map" };
  let type, schema;
  if (field.type === MESSAGE) {
    type = local(field.typeName, pkg);
    schema = `w.message(() => ${type})`;
    if (!field.repeated) type += " | undefined";
  } else if (field.type === ENUM) {
    type = local(field.typeName, pkg);
    schema = `w.oneOf<${type}>(${type}[0])`;
  } else {
    const scalar = SCALARS[field.type];
    if (!scalar) throw new Error(`no TypeScript for field ${message.name}.${field.name}`);
    [type, schema] = [scalar[0], `w.${scalar[1]}`];
  }
  return field.repeated ? { type: `${type}[]`, schema: `w.list(${schema})` } : { type, schema };
}

function messageText(message, pkg) {
  const fields = message.fields.map((field) => ({ name: field.json, ...describe(field, message, pkg) }));
  const types = fields.map((it) => `  ${it.name}: ${it.type};\n`).join("");
  const schemas = fields.map((it) => `  ${it.name}: ${it.schema},\n`).join("");
  const body = (lines) => (lines ? `{\n${lines}}` : "{}");
  const type = fields.length ? `export interface ${message.name} ${body(types)}` : `export type ${message.name} = Record<string, never>;`;
  return `${type}\nexport const ${message.name}: w.Schema<${message.name}> = ${body(schemas)};\n`;
}

function enumText(it) {
  const values = it.values.map((value) => `"${value}"`).join(", ");
  return `export const ${it.name} = [${values}] as const;\nexport type ${it.name} = (typeof ${it.name})[number];\n`;
}

function serviceText(it, pkg) {
  const lines = it.methods
    .filter((method) => !method.streams)
    .map((method) => {
      const own = method.name[0].toLowerCase() + method.name.slice(1);
      const [input, output] = [local(method.input, pkg), local(method.output, pkg)];
      return `  ${own}: w.method("${it.name}", "${method.name}", ${input}, ${output}),\n`;
    });
  return `export const ${it.name} = {\n${lines.join("")}};\n`;
}

/** A package's files as one. */
function packages(files) {
  const byName = new Map();
  for (const { package: name, enums, messages, services } of files) {
    const all = byName.get(name) ?? { package: name, enums: [], messages: [], services: [] };
    all.enums.push(...enums);
    all.messages.push(...messages);
    all.services.push(...services);
    byName.set(name, all);
  }
  return [...byName.values()];
}

/** File name and text for each package. */
export function generate(sources) {
  const files = packages(sources);
  return files.map((file) => {
    const own = file.package.split(".")[1];
    const body = [
      ...file.enums.map(enumText),
      ...file.messages.map((message) => messageText(message, file.package)),
      ...file.services.map((service) => serviceText(service, file.package)),
    ].join("\n");
    const used = files.map((it) => it.package.split(".")[1]).filter((it) => it !== own && body.includes(`${it}.`));
    const imports = used.map((it) => `import * as ${it} from "./${it}.ts";\n`).join("");
    const head = `// Written by scripts/types.mjs from ${file.package}; do not edit.\nimport * as w from "../wire.ts";\n`;
    return { name: `${own}.ts`, text: `${head}${imports}\n${body}` };
  });
}
