// Search through all files of the workspace: what is asked of the slot, and its answer read.

export interface Wanted {
  text: string;
  matchCase: boolean;
  word: boolean;
  regex: boolean;
  /** Globs such as `src/*.c, *.v`; empty for all files. */
  only: string;
}

export interface Match {
  line: number;
  /** From 1, in characters. */
  column: number;
  text: string;
}

export interface FileMatches {
  path: string;
  matches: Match[];
}

/** Of one file; whoever needs more searches in it. */
const PER_FILE_MAX = 100;
/** Shown in all. */
export const MATCHES_MAX = 2_000;
/** A line of a minified file is no line to read. */
const SHOWN_CHARACTERS = 300;
const GLOBS_MAX = 20;

/** `git grep` is in every slot, leaves ignored and binary files out, and is quick. */
export function argv(wanted: Wanted, outsideGit = false): string[] {
  const globs = wanted.only.split(/[,\s]+/).filter(Boolean).slice(0, GLOBS_MAX).map((glob) => `:(glob)${glob.includes("/") ? glob : `**/${glob}`}`);
  return [
    "git", "grep", "--no-color", "--full-name", "-n", "--column", "-I", "-z", `--max-count=${PER_FILE_MAX}`, ...(outsideGit ? ["--no-index"] : ["--untracked"]), "--exclude-standard",
    ...(wanted.matchCase ? [] : ["-i"]), ...(wanted.word ? ["-w"] : []), wanted.regex ? "-E" : "-F", "-e", wanted.text, "--", ...globs,
  ];
}

/** Reads what `git grep -z -n --column` printed: name, line and column each with a zero byte after it, then the text. */
export function parse(output: Uint8Array): { files: FileMatches[]; count: number } {
  const decoder = new TextDecoder();
  const files: FileMatches[] = [];
  let count = 0;
  for (let at = 0; at < output.length && count < MATCHES_MAX; ) {
    const end = output.indexOf(10, at);
    const line = output.subarray(at, end < 0 ? output.length : end);
    at = end < 0 ? output.length : end + 1;
    const cuts: number[] = [];
    for (let cut = line.indexOf(0); cut >= 0 && cuts.length < 3; cut = line.indexOf(0, cut + 1)) cuts.push(cut);
    const [one, two, three] = cuts;
    // The last one may have been cut off.
    if (one === undefined || two === undefined || three === undefined) continue;
    const text = line.subarray(three + 1);
    const column = decoder.decode(text.subarray(0, Number(decoder.decode(line.subarray(two + 1, three))) - 1)).length + 1;
    const match = { line: Number(decoder.decode(line.subarray(one + 1, two))), column, text: decoder.decode(text).replace(/\r$/, "") };
    if (!(match.line > 0)) continue;
    const path = decoder.decode(line.subarray(0, one));
    const last = files.at(-1);
    if (last?.path === path) last.matches.push(match);
    else files.push({ path, matches: [match] });
    count += 1;
  }
  return { files, count };
}

/** A line as it is shown: without its indentation, around the match, which is what stands between the other two. */
export function excerpt(match: Match, wanted: Wanted): { before: string; hit: string; after: string } {
  const at = match.column - 1;
  const length = hitLength(match.text.slice(at), wanted);
  const indent = /^\s*/.exec(match.text)![0].length;
  const from = Math.max(Math.min(indent, at), at - 60);
  return {
    before: (from > indent ? "…" : "") + match.text.slice(from, at),
    hit: match.text.slice(at, at + length).slice(0, SHOWN_CHARACTERS),
    after: match.text.slice(at + length, at + length + SHOWN_CHARACTERS),
  };
}

function hitLength(text: string, wanted: Wanted): number {
  if (!wanted.regex) return wanted.text.length;
  try {
    return new RegExp(wanted.text, `y${wanted.matchCase ? "" : "i"}`).exec(text)?.[0].length ?? 0;
  } catch {
    // The slot's expressions are not quite the browser's.
    return 0;
  }
}

/** The text with every match replaced; undefined where nothing matched. */
export function replaced(text: string, wanted: Wanted, by: string): string | undefined {
  const literal = wanted.text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const body = wanted.regex ? wanted.text : literal;
  const expression = new RegExp(wanted.word ? `\\b(?:${body})\\b` : body, `g${wanted.matchCase ? "" : "i"}m`);
  // Without a regular expression a "$&" is what was typed.
  const next = wanted.regex ? text.replace(expression, by) : text.replace(expression, () => by);
  return next === text ? undefined : next;
}

/** All files that git does not ignore, or undefined when there is no git here. */
export const listArgv = (): string[] => ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];

export const parseList = (output: Uint8Array): string[] => new TextDecoder().decode(output).split("\0").filter(Boolean);
