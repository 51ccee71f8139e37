// The conflicts of one file, place by place, until it is resolved; then the next file.
import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";
import type { Resolution } from "../../gen/agent.ts";
import { asFailure, reason } from "../../transport.ts";
import { Do } from "../../ui/parts.tsx";
import { count } from "../../ui/text.ts";
import { bare } from "../files/names.ts";
import type { Desk } from "./desk.ts";
import { context, decided, groups, readConflicts, sideNames, type Choice, type Segment } from "./model.ts";

/** Larger ones are decided as a whole, or by hand. */
const READ_MAX = 1024 * 1024;

export function ConflictView(props: { desk: Desk; path: string; open: (path: string) => void; close: () => void }): JSX.Element {
  const { desk } = props;
  const [segments, setSegments] = createSignal<Segment[]>();
  const [why, setWhy] = createSignal<string>();
  const [etag, setEtag] = createSignal("");
  const [choices, setChoices] = createSignal<readonly (Choice | undefined)[]>([]);
  const conflicts = () => (segments() ?? []).filter((it) => it.kind === "conflict").length;
  const done = () => choices().filter(Boolean).length;
  const row = () => groups(desk.status()!).find((it) => it.name === "conflicts")?.rows.find((it) => it.path === props.path);
  const sides = createMemo(() => sideNames(desk.status()!));

  const load = async (path: string) => {
    try {
      const file = await desk.ports.read(path);
      if (path !== props.path) return;
      const text = file.bytes.length > READ_MAX ? undefined : decodeText(file.bytes);
      const found = text === undefined ? undefined : readConflicts(text);
      setEtag(file.etag);
      setSegments(found);
      setChoices((found ?? []).filter((it) => it.kind === "conflict").map(() => undefined));
      setWhy(found ? undefined : "It can't be decided place by place: it is no text, too large, or its markers do not pair up. Take one side as a whole, or edit it by hand.");
    } catch (error) {
      setSegments(undefined);
      setWhy(asFailure(error).code === "not_found" ? "The file is not on the disk: one side deleted it. Keep it or delete it." : reason(error));
    }
  };
  createEffect(on(() => props.path, (path) => void load(path)));

  /** To the next file in conflict, or back to the list when all are decided. */
  const next = () => {
    const left = groups(desk.status()!).find((it) => it.name === "conflicts")?.rows[0];
    if (left) desk.show({ kind: "conflict", path: left.path });
    else props.close();
  };
  const resolve = async (resolution: Resolution) => {
    const what = props.path;
    if (await desk.run("Resolving", () => desk.ports.resolve(what, resolution))) next();
  };
  const finish = async () => {
    const text = decided(segments() ?? [], choices());
    if (text === undefined) return;
    // Whoever changed the file meanwhile is not overwritten: the write is refused and the file read again.
    try {
      await desk.ports.write(props.path, text, etag());
    } catch (error) {
      if (asFailure(error).code === "aborted") await load(props.path);
      throw error;
    }
    await resolve("RESOLUTION_WORK");
  };
  const all = (choice: Choice) => setChoices(choices().map(() => choice));
  return (
    <>
      <div class="bar">
        <b class="difftitle" title={bare(props.path).whole}><bdi>{bare(props.path).whole}</bdi></b>
        <span class="hint" role="status">{conflicts() > 0 ? `${done()} of ${count(conflicts(), "place")} decided` : row()?.word}</span>
        <span class="spacer" />
        <button type="button" class="quiet" onClick={() => (props.close(), props.open(props.path))}>Edit by hand</button>
        <button type="button" class="quiet icon" aria-label="Close the conflicts" title="Esc" onClick={() => props.close()}>×</button>
      </div>
      <div class="conflicts">
        <Show when={why()}><p class="hint">{why()}</p></Show>
        <Show when={conflicts() > 0}>
          <p class="row"><span class="soft">Everywhere:</span>
            <button type="button" onClick={() => all("ours")}>Use {sides().ours}</button>
            <button type="button" onClick={() => all("theirs")}>Use {sides().theirs}</button>
          </p>
        </Show>
        <For each={places(segments() ?? [])}>
          {(place, index) => (
            <Place
              place={place} at={index()} of={conflicts()} sides={sides()} choice={choices()[index()]}
              choose={(choice) => setChoices(choices().map((it, at) => (at === index() ? choice : it)))}
            />
          )}
        </For>
        <Show when={segments() && conflicts() === 0}><p>No conflict markers are left in this file. <Do class="primary" run={() => resolve("RESOLUTION_WORK")}>Mark as resolved</Do></p></Show>
        <Show when={conflicts() > 0}>
          <p class="row"><Do class="primary" run={finish} disabled={done() < conflicts()}>Save and mark as resolved</Do><span class="hint">{done() < conflicts() ? `${count(conflicts() - done(), "place")} to decide` : "every place is decided"}</span></p>
        </Show>
        <Show when={row()}>
          <p class="row whole"><span class="soft">The whole file:</span>
            <Do run={() => resolve("RESOLUTION_OURS")}>{row()!.change.conflict === "GIT_CONFLICT_DELETED_BY_US" ? `Delete it (${sides().ours})` : `Keep ${sides().ours}`}</Do>
            <Do run={() => resolve("RESOLUTION_THEIRS")}>{row()!.change.conflict === "GIT_CONFLICT_DELETED_BY_THEM" ? `Delete it (${sides().theirs})` : `Take ${sides().theirs}`}</Do>
          </p>
        </Show>
      </div>
    </>
  );
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

interface PlaceOf {
  before: string;
  ours: string;
  theirs: string;
  after: string;
}

/** Each conflict with the text around it. */
function places(segments: readonly Segment[]): PlaceOf[] {
  const text = (it: Segment | undefined) => (it?.kind === "same" ? it.text : "");
  return segments.flatMap((it, at) => (it.kind === "conflict" ? [{ before: context(text(segments[at - 1]), "tail"), ours: it.ours, theirs: it.theirs, after: context(text(segments[at + 1]), "head") }] : []));
}

function Place(props: { place: PlaceOf; at: number; of: number; sides: { ours: string; theirs: string }; choice: Choice | undefined; choose: (choice: Choice) => void }): JSX.Element {
  const option = (choice: Choice, text: string) => (
    <label class="check"><input type="radio" name={`place-${props.at}`} checked={props.choice === choice} onChange={() => props.choose(choice)} />{text}</label>
  );
  return (
    <fieldset class="place" classList={{ decided: props.choice !== undefined }}>
      <legend>{props.at + 1} of {props.of}</legend>
      <pre class="around">{props.place.before}</pre>
      <div class="sides">
        <div classList={{ picked: props.choice === "ours" || props.choice?.startsWith("both") }}><h3>{props.sides.ours}</h3><pre tabindex="0">{props.place.ours || "(nothing)"}</pre></div>
        <div classList={{ picked: props.choice === "theirs" || props.choice?.startsWith("both") }}><h3>{props.sides.theirs}</h3><pre tabindex="0">{props.place.theirs || "(nothing)"}</pre></div>
      </div>
      <pre class="around">{props.place.after}</pre>
      <div class="row">
        {option("ours", `Use ${props.sides.ours}`)}
        {option("theirs", `Use ${props.sides.theirs}`)}
        {option("both", `Both, ${props.sides.ours} first`)}
        {option("both-reversed", `Both, ${props.sides.theirs} first`)}
      </div>
    </fieldset>
  );
}
