// Search through all files: the field, what it found, and replacing it.
import { createSignal, For, onMount, Show, type JSX } from "solid-js";
import { reason } from "../../transport.ts";
import { count } from "../../ui/text.ts";
import { excerpt, MATCHES_MAX, type FileMatches, type Wanted } from "./find.ts";
import type { Place } from "./ports.ts";
import "./dialogs.css";

export interface Finding {
  find(wanted: Wanted): Promise<{ files: FileMatches[]; count: number; truncated: boolean }>;
  /** Replaces in all these files and saves them; gives the number of files that changed. */
  replace(wanted: Wanted, by: string, paths: string[]): Promise<number>;
  open(place: Place): void;
}

/** Typing on is cheaper than searching for a letter. */
const SETTLE_MS = 250;
const LEAST = 2;

/** What was searched for last, kept while the pane is away. */
const [wanted, setWanted] = createSignal<Wanted>({ text: "", matchCase: false, word: false, regex: false, only: "" });
const [by, setBy] = createSignal("");

export default function SearchPane(props: { finding: Finding; seed: string; /** Whether the field may have the keys. */ wanted: () => boolean }): JSX.Element {
  const [found, setFound] = createSignal<{ files: FileMatches[]; count: number; truncated: boolean }>();
  const [problem, setProblem] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  let field!: HTMLInputElement;
  let timer: number | undefined;
  let turn = 0;

  const search = async (): Promise<void> => {
    window.clearTimeout(timer);
    const mine = ++turn;
    if (wanted().text.length < LEAST) return void (setFound(undefined), setProblem(""), setBusy(false));
    setBusy(true);
    try {
      const result = await props.finding.find(wanted());
      if (mine === turn) (setFound(result), setProblem(""));
    } catch (error) {
      if (mine === turn) (setFound(undefined), setProblem(reason(error)));
    }
    if (mine === turn) setBusy(false);
  };
  const change = (next: Partial<Wanted>): void => {
    setWanted({ ...wanted(), ...next });
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void search(), SETTLE_MS);
  };
  const replaceAll = async (): Promise<void> => {
    const paths = found()?.files.map((it) => it.path) ?? [];
    const what = by() === "" ? "Remove" : "Replace";
    if (!window.confirm(`${what} ${count(found()!.count, "match", "matches")} in ${count(paths.length, "file")}? The files are saved; git can bring them back.`)) return;
    setBusy(true);
    try {
      await props.finding.replace(wanted(), by(), paths);
      await search();
    } catch (error) {
      setProblem(reason(error));
    }
    setBusy(false);
  };
  onMount(() => {
    if (props.seed) change({ text: props.seed });
    else if (wanted().text) void search();
    queueMicrotask(() => props.wanted() && (field.focus(), field.select()));
  });
  const flag = (name: "matchCase" | "word" | "regex", text: string, label: string): JSX.Element => (
    <button type="button" class="quiet flag" aria-pressed={wanted()[name]} aria-label={label} title={label} onClick={() => change({ [name]: !wanted()[name] })}>{text}</button>
  );
  return (
    <div class="find">
      <div class="findbox" role="search" aria-label="Search in all files">
        <div class="findrow">
          <input
            ref={field} aria-label="Search for" placeholder="Search" spellcheck={false} autocomplete="off" value={wanted().text}
            onInput={(event) => change({ text: event.currentTarget.value })} onKeyDown={(event) => event.key === "Enter" && void search()}
          />
          {flag("matchCase", "Aa", "Aa: match case")}
          {flag("word", "ab", "ab: whole words")}
          {flag("regex", ".*", ".* regular expression")}
        </div>
        <div class="findrow">
          <input aria-label="Replace by" placeholder="Replace by" spellcheck={false} autocomplete="off" value={by()} onInput={(event) => setBy(event.currentTarget.value)} />
          <button type="button" disabled={busy() || !found()?.count || found()!.truncated} onClick={() => void replaceAll()}>Replace all</button>
        </div>
        <input aria-label="Only in files" placeholder="Only in, such as src/**, *.v" spellcheck={false} autocomplete="off" value={wanted().only} onInput={(event) => change({ only: event.currentTarget.value })} />
      </div>
      <p class="hint pad findstate" role="status">
        {problem() || (busy() ? "Searching…" : found() ? summary(found()!) : wanted().text.length < LEAST ? "All files that git does not ignore are searched." : "")}
      </p>
      <ul class="found">
        <For each={found()?.files}>
          {(file) => (
            <li>
              <div class="foundfile" title={file.path}>{file.path}<span class="note">{file.matches.length}</span></div>
              <ul>
                <For each={file.matches}>
                  {(match) => {
                    const part = excerpt(match, wanted());
                    return (
                      <li>
                        <button type="button" class="foundline" onClick={() => props.finding.open({ path: file.path, line: match.line, column: match.column })}>
                          <span class="no">{match.line}</span><span class="code">{part.before}<mark>{part.hit}</mark>{part.after}</span>
                        </button>
                      </li>
                    );
                  }}
                </For>
              </ul>
            </li>
          )}
        </For>
      </ul>
      <Show when={found()?.truncated}><p class="hint pad">There is more than is shown: narrow it down.</p></Show>
    </div>
  );
}

function summary(found: { files: FileMatches[]; count: number }): string {
  if (found.count === 0) return "Nothing found.";
  return `${count(found.count, "match", "matches")} in ${count(found.files.length, "file")}${found.count >= MATCHES_MAX ? ", the first ones" : ""}`;
}
