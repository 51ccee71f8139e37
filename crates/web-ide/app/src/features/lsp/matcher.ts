// Finds in what a task prints the lines that name a place in a file: gcc and clang, python, iverilog, yosys, nextpnr.
import type { Problem, Severity } from "./problems.ts";

export type Found = Omit<Problem, "source">;

/** Longer lines name no place; what is beyond is not even kept. */
const LINE_MAX = 2_000;
/** Escape sequences: colours, cursor, titles. */
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;

const FILE = String.raw`((?:[A-Za-z0-9_.~+-]|\/)[^:\n"'()]*?)`;
const GCC = new RegExp(`^${FILE}:(\\d+):(?:(\\d+):)? (fatal error|error|warning|note|sorry|syntax error)\\b:? ?(.*)$`);
const BARE = new RegExp(`^${FILE}:(\\d+): (.+)$`);
const YOSYS = new RegExp(`^${FILE}:(\\d+): (ERROR|Warning): (.*)$`);
const YOSYS_AFTER = /^(ERROR|Warning): (?:(.*) at )?([^\s:]+):(\d+)(?:\.(\d+)[-.\d]*)?[:.]? ?(.*)$/;
const PYTHON_AT = /^ {2,}File "([^"<>]+)", line (\d+)/;
const PYTHON_END = /^([A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)): ?(.*)$/;

/** Reads a task's output as it comes and calls back for each place it names in the workspace. */
export class Matcher {
  private readonly decoder = new TextDecoder();
  private readonly root: () => string | undefined;
  private readonly found: (found: Found) => void;
  private rest = "";
  private traceback: { path: string; line: number } | undefined;

  /** `root` is the workspace's folder as the slot calls it, once known. */
  constructor(root: () => string | undefined, found: (found: Found) => void) {
    this.root = root;
    this.found = found;
  }

  push(bytes: Uint8Array): void {
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split("\n");
    this.rest = (lines.pop() ?? "").slice(0, LINE_MAX);
    for (const line of lines) this.line(line);
  }

  /** The end of the output: its last line may lack its end. */
  end(): void {
    this.line(this.rest);
    this.rest = "";
  }

  private line(raw: string): void {
    const line = raw.slice(0, LINE_MAX).replace(ESCAPES, "").replace(/\r+$/, "").replace(/^[^]*\r/, "");
    const python = this.python(line);
    const found = python ?? placed(line);
    const path = found && inside(found.path, this.root());
    if (found && path) this.found({ ...found, path });
  }

  /** A traceback names its places first and says what went wrong last. */
  private python(line: string): Found | undefined {
    const at = PYTHON_AT.exec(line);
    if (at) {
      // The last place in the workspace is the one to look at, not the library that it called.
      if (inside(at[1]!, this.root())) this.traceback = { path: at[1]!, line: Number(at[2]) };
      return undefined;
    }
    const end = this.traceback && PYTHON_END.exec(line);
    if (!end || !this.traceback) return undefined;
    const { traceback } = this;
    this.traceback = undefined;
    return { ...traceback, column: 0, severity: "error", message: [end[1], end[2]].filter(Boolean).join(": ") };
  }
}

function severity(word: string): Severity {
  const lower = word.toLowerCase();
  return lower === "warning" ? "warning" : lower === "note" ? "info" : "error";
}

function placed(line: string): Found | undefined {
  const yosys = YOSYS.exec(line);
  if (yosys) return { path: yosys[1]!, line: Number(yosys[2]), column: 0, severity: severity(yosys[3]!), message: yosys[4]! };
  const gcc = GCC.exec(line);
  if (gcc) {
    const [, path, at, column, word, text] = gcc;
    return { path: path!, line: Number(at), column: Number(column ?? 0), severity: severity(word!), message: text || word! };
  }
  const after = YOSYS_AFTER.exec(line);
  if (after) {
    const message = [after[2], after[6]].filter(Boolean).join(": ");
    return { path: after[3]!, line: Number(after[4]), column: Number(after[5] ?? 0), severity: severity(after[1]!), message };
  }
  const bare = BARE.exec(line);
  // iverilog says only this of a syntax error; anything looser would take a log's time of day for a place.
  if (bare && /^(syntax error|error|I give up|Errors in|.*undefined reference to )/.test(bare[3]!)) {
    return { path: bare[1]!, line: Number(bare[2]), column: 0, severity: "error", message: bare[3]! };
  }
  return undefined;
}

/** A path as it was printed, as the workspace names it; undefined for what lies outside. */
function inside(printed: string, root: string | undefined): string | undefined {
  let path = printed;
  if (path.startsWith("/")) {
    if (!root || !path.startsWith(`${root}/`)) return undefined;
    path = path.slice(root.length + 1);
  }
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part && part !== ".") parts.push(part);
  }
  return parts.length > 0 ? parts.join("/") : undefined;
}
