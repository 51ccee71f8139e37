// Which highlighting a file gets, by its name. Each is loaded when first needed.
import { StreamLanguage, type LanguageSupport } from "@codemirror/language";
import type { Extension } from "@codemirror/state";

type Load = () => Promise<Extension>;
const whole = (load: () => Promise<LanguageSupport>): Load => load;
const stream = (load: () => Promise<Parameters<typeof StreamLanguage.define>[0]>): Load => async () => StreamLanguage.define(await load());

const cpp = whole(async () => (await import("@codemirror/lang-cpp")).cpp());
const verilog = stream(async () => (await import("@codemirror/legacy-modes/mode/verilog")).verilog);
const shell = stream(async () => (await import("@codemirror/legacy-modes/mode/shell")).shell);

const BY_EXTENSION: Record<string, Load> = {
  c: cpp, h: cpp, cc: cpp, cpp, hpp: cpp, cxx: cpp, ino: cpp,
  v: verilog, sv: verilog, vh: verilog, svh: verilog,
  vhd: stream(async () => (await import("@codemirror/legacy-modes/mode/vhdl")).vhdl),
  py: whole(async () => (await import("@codemirror/lang-python")).python()),
  rs: whole(async () => (await import("@codemirror/lang-rust")).rust()),
  md: whole(async () => (await import("@codemirror/lang-markdown")).markdown()),
  json: whole(async () => (await import("@codemirror/lang-json")).json()),
  js: whole(async () => (await import("@codemirror/lang-javascript")).javascript()),
  ts: whole(async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true })),
  yaml: whole(async () => (await import("@codemirror/lang-yaml")).yaml()),
  yml: whole(async () => (await import("@codemirror/lang-yaml")).yaml()),
  toml: stream(async () => (await import("@codemirror/legacy-modes/mode/toml")).toml),
  sh: shell, bash: shell,
  tcl: stream(async () => (await import("@codemirror/legacy-modes/mode/tcl")).tcl),
};

export function languageOf(path: string): Load | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}
