// Asks for the path of a new file or folder, or the new path of one that is there.
import { createSignal, onMount, type JSX } from "solid-js";
import { Dialog, Do } from "../../ui/parts.tsx";
import type { SessionApi } from "../ide/api.ts";
import { fileNameProblem, nameOf } from "./model.ts";
import { bare } from "./names.ts";

export type Asking = { what: "file"; in: string } | { what: "folder"; in: string } | { what: "rename"; path: string };

export function NameDialog(props: { ask: Asking; api: SessionApi; rename: (from: string, to: string) => Promise<void>; close: () => void; done: (ask: Asking, path: string) => Promise<void> }): JSX.Element {
  const { ask } = props;
  const [name, setName] = createSignal(ask.what === "rename" ? ask.path : ask.in ? `${ask.in}/` : "");
  const title = ask.what === "rename" ? `Rename ${bare(ask.path).name}` : `New ${ask.what}`;
  let form!: HTMLDivElement;
  let input!: HTMLInputElement;
  // The name without its ending is what one wants to type over.
  onMount(() => {
    const start = name().length - nameOf(name()).length;
    const dot = nameOf(name()).lastIndexOf(".");
    input.setSelectionRange(start, dot > 0 ? start + dot : name().length);
  });
  const run = async () => {
    if (ask.what === "rename") await props.rename(ask.path, name());
    else await (ask.what === "file" ? props.api.createFile : props.api.createFolder)(name());
    await props.done(ask, name());
  };
  const unchanged = () => ask.what === "rename" && name() === ask.path;
  return (
    <Dialog title={title} close={props.close}>
      <div class="stack" ref={form} onKeyDown={(event) => event.key === "Enter" && (event.target as Element).tagName === "INPUT" && form.querySelector<HTMLButtonElement>(".primary")?.click()}>
        <label>
          Path
          <input autofocus ref={input} spellcheck={false} autocapitalize="none" value={name()} onInput={(event) => setName(event.currentTarget.value)} />
          <span class="hint">{name() ? (fileNameProblem(name()) ?? "in the workspace; another folder moves it") : "relative to the workspace"}</span>
        </label>
        <div class="row">
          <Do class="primary" run={run} disabled={unchanged() || fileNameProblem(name()) !== undefined}>{ask.what === "rename" ? "Rename" : "Create"}</Do>
          <button type="button" onClick={() => props.close()}>Cancel</button>
        </div>
      </div>
    </Dialog>
  );
}
