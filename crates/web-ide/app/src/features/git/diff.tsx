// Over the editor: one comparison, or the conflicts of one file.
import { createEffect, createSignal, Match, on, onCleanup, onMount, Show, Switch, type JSX } from "solid-js";
import type { FileComparison, FileVersion, VersionContent } from "../../gen/agent.ts";
import { reason } from "../../transport.ts";
import { Do } from "../../ui/parts.tsx";
import { bare } from "../files/names.ts";
import { ConflictView } from "./conflict.tsx";
import type { Desk } from "./desk.ts";
import { discardQuestion, groups } from "./model.ts";
import type { Comparison } from "./ports.ts";

const INLINE = "carrel.diff.inline";
/** Two columns need this much room. */
const NARROW = "(max-width: 900px)";

const NAMES: Partial<Record<FileVersion, string>> = {
  FILE_VERSION_HEAD: "last commit", FILE_VERSION_INDEX: "staged", FILE_VERSION_WORK: "on the disk", FILE_VERSION_OURS: "mine", FILE_VERSION_THEIRS: "theirs",
};

export function DiffLayer(props: { desk: Desk; open: (path: string) => void }): JSX.Element {
  const { desk } = props;
  const close = () => desk.show(undefined);
  let element!: HTMLElement;
  let before: Element | null = null;
  onMount(() => {
    before = document.activeElement;
    if (desk.wanted()) element.focus({ preventScroll: true });
  });
  onCleanup(() => {
    // Whoever is somewhere else by now stays there.
    const left = document.activeElement !== document.body && !element.contains(document.activeElement);
    if (!left && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    close();
  };
  const shown = () => desk.shown()!;
  const path = () => { const it = shown(); return it.kind === "diff" ? it.of.path : it.path; };
  return (
    <section class="difflayer" ref={element} tabindex="-1" aria-label={`${shown().kind === "diff" ? "Changes of" : "Conflicts in"} ${bare(path()).whole}`} onKeyDown={key}>
      <Switch>
        <Match when={shown().kind === "diff" && (shown() as { of: Comparison }).of}>{(of) => <DiffView desk={desk} of={of()} open={props.open} close={close} />}</Match>
        <Match when={shown().kind === "conflict"}><ConflictView desk={desk} path={path()} open={props.open} close={close} /></Match>
      </Switch>
    </section>
  );
}

function DiffView(props: { desk: Desk; of: Comparison; open: (path: string) => void; close: () => void }): JSX.Element {
  const { desk } = props;
  const [both, setBoth] = createSignal<FileComparison>();
  const [fault, setFault] = createSignal<string>();
  const [inline, setInline] = createSignal(localStorage.getItem(INLINE) === "yes" || matchMedia(NARROW).matches);
  let host!: HTMLDivElement;
  let parts: string | undefined;
  let clear = () => {};
  let turn = 0;
  // Again whenever the repository changed; drawn again only if the text did.
  createEffect(on([() => props.of, desk.version], async ([of]) => {
    const mine = ++turn;
    try {
      const answer = await desk.ports.compare(of);
      if (mine === turn) (setBoth(answer), setFault(undefined));
    } catch (error) {
      if (mine === turn) setFault(reason(error));
    }
  }));
  const text = (it: VersionContent | undefined) => new TextDecoder().decode(it?.content);
  createEffect(on([both, inline], async ([found, flat]) => {
    if (!found || unfit(found)) return (clear(), (clear = () => {}), void (parts = undefined));
    const sides = { path: props.of.path, before: text(found.before), after: text(found.after), names: [`Before: ${NAMES[props.of.before]}`, `After: ${NAMES[props.of.after]}`] as [string, string] };
    const now = JSON.stringify([sides, flat]);
    if (now === parts) return;
    parts = now;
    const { showComparison } = await import("./merge.ts");
    if (parts !== now) return;
    clear();
    clear = await showComparison(host, sides, flat);
  }));
  onCleanup(() => (turn++, (parts = undefined), clear()));
  const group = () => (props.of.after === "FILE_VERSION_INDEX" ? "staged" : "changes");
  const row = () => groups(desk.status()!).find((it) => it.name === group())?.rows.find((it) => it.path === props.of.path);
  const one = () => ({ paths: [props.of.path] });
  const choose = (flat: boolean) => (localStorage.setItem(INLINE, flat ? "yes" : "no"), setInline(flat));
  const after = (work: () => Promise<boolean>) => async () => void ((await work()) && props.close());
  return (
    <>
      <div class="bar">
        <b class="difftitle" title={bare(props.of.path).whole}><bdi>{bare(props.of.path).whole}</bdi></b>
        <span class="hint">{NAMES[props.of.before]} → {NAMES[props.of.after]}</span>
        <span class="spacer" />
        <button type="button" class="quiet" aria-pressed={inline()} onClick={() => choose(!inline())}>{inline() ? "Side by side" : "In one column"}</button>
        <Show when={row() && group() === "changes"}>
          <Do class="quiet" run={after(() => desk.discard(discardQuestion([row()!]), one()))}>Discard</Do>
          <Do run={after(() => desk.run("Staging", () => desk.ports.stage(one())))}>Stage</Do>
        </Show>
        <Show when={row() && group() === "staged"}><Do run={after(() => desk.run("Unstaging", () => desk.ports.unstage(one())))}>Unstage</Do></Show>
        <button type="button" class="quiet" onClick={() => (props.close(), props.open(props.of.path))}>Open file</button>
        <button type="button" class="quiet icon" aria-label="Close the comparison" title="Esc" onClick={() => props.close()}>×</button>
      </div>
      <Show when={fault()}><p class="bar" role="alert">{fault()}</p></Show>
      <Show when={both() && unfit(both()!)}>{(why) => <p class="hint pad">{why()}</p>}</Show>
      <Show when={both() && !unfit(both()!) && (both()!.before?.truncated || both()!.after?.truncated)}><p class="bar warn">The file is larger than 1 MiB; only its beginning is compared.</p></Show>
      <Show when={both() && !unfit(both()!) && text(both()!.before) === text(both()!.after)}><p class="hint pad">There is no difference in the text{both()!.before?.exists === both()!.after?.exists ? "" : "; an empty file came or went"}.</p></Show>
      <div class="diffhost" ref={host} classList={{ away: both() === undefined || unfit(both()!) !== undefined }} />
    </>
  );
}

/** Why a comparison can't be shown as text. */
function unfit(both: FileComparison): string | undefined {
  if (both.before?.binary || both.after?.binary) return "This is no text; git keeps both versions, but there is nothing to read here.";
  return !both.before?.exists && !both.after?.exists ? "Neither version has this file any more." : undefined;
}
